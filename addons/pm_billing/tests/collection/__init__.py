from . import test_access_collection
from . import test_collection_batch
