from . import test_collection_report
from . import test_kpi
from . import test_public_sheet
