from . import pm_collection_export
from . import pm_public_sheet
