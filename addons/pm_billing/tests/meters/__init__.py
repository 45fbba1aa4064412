from . import test_meter_engine
from . import test_reading
from . import test_loss
from . import test_billed
from . import test_reading_import
from . import test_meter_rounds
from . import test_meter_portal
from . import test_access_meters
