from . import test_access_late
from . import test_counter_late
from . import test_late_fee
