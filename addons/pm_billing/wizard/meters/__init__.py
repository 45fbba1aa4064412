from . import pm_meter_decision
from . import pm_meter_replacement
from . import pm_meter_estimate
from . import pm_meter_round
