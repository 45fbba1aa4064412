from . import test_dashboard
from . import test_kpi
from . import test_pivots
