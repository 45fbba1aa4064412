from . import pm_maintenance_plan_apply
from . import pm_maintenance_skip
