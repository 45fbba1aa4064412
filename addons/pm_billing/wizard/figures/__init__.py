from . import pm_collection_export
