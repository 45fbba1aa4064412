from . import pm_order_buy
from . import pm_store_step
