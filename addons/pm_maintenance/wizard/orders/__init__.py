from . import pm_order_reason
