from . import pm_order_reason
from . import pm_order_rain
from . import pm_order_call
from . import pm_order_photo
from . import pm_order_finish
from . import pm_order_sign
