from . import test_shared_cost
from . import test_access_pools
