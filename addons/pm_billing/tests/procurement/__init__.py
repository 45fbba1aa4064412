from . import test_procurement
from . import test_access_procurement
