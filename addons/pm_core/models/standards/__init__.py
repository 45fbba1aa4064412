from . import pm_policy
from . import pm_policy_acknowledgement
from . import pm_policy_link
from . import pm_policy_type
from . import pm_service_category
from . import pm_service_standard
