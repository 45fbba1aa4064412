from . import pm_collection_report
from . import pm_collection_xlsx
