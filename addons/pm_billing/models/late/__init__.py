from . import pm_late_fee_rule
from . import pm_late_fee_rate
from . import pm_late_fee_pause
from . import pm_late_fee_stop
from . import pm_charge_late
