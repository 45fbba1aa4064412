from . import pm_counter
from . import pm_counter_prepay
from . import pm_prepay_refund
