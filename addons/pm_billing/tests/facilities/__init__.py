from . import test_facility
from . import test_access_facilities
