from . import pm_collection_export
from . import pm_public_sheet
from . import pm_public_sheet_money
