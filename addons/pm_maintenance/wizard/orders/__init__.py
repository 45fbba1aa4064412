from . import pm_order_reason
from . import pm_order_rain
