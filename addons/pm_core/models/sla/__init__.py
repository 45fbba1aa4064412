from . import pm_sla_mixin
from . import pm_sla_alert
from . import pm_sla_clock
from . import pm_sla_level
from . import pm_sla_pause
from . import pm_sla_policy
from . import pm_sla_target
