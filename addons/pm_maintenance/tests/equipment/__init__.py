from . import test_compliance
from . import test_equipment
from . import test_intervals
from . import test_papers
from . import test_plan
from . import test_plan_age
from . import test_reliability
