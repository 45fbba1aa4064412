from . import pm_dispatch_rule
from . import maintenance_request
from . import pm_order_load
from . import pm_order_crew
