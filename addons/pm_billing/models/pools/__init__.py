from . import pm_allocation_key
from . import pm_allocation_key_part
from . import pm_allocation_key_unit
from . import pm_shared_cost
from . import pm_shared_cost_line
