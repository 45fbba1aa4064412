from . import pm_maintenance_plan_apply
