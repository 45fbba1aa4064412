from . import pm_collection_report
from . import pm_collection_xlsx
from . import pm_public_sheet_xlsx
