from . import pm_counter
from . import pm_counter_line
from . import pm_counter_payment
from . import pm_counter_search
from . import pm_order_call
