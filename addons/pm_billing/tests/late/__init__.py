from . import test_late_fee
from . import test_access_late
