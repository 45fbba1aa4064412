from . import pm_approval_time
