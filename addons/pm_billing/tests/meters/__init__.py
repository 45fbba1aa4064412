from . import test_meter_engine
from . import test_reading
from . import test_access_meters
