from . import pm_order_rain
