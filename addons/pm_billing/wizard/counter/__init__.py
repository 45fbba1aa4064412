from . import pm_counter
from . import pm_order_call
