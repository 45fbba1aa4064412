from . import pm_dispatch_rule
from . import maintenance_request
