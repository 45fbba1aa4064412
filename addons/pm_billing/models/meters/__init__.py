from . import res_company
from . import pm_meter
from . import pm_meter_reading
from . import pm_meter_reading_check
from . import pm_meter_billing
