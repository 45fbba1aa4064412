from . import pm_emergency_start
from . import pm_emergency_entry
from . import pm_emergency_setup
