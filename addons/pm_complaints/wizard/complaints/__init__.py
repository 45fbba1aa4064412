from . import pm_act_mixin
from . import pm_complaint_act
from . import pm_order_call
