from . import test_access_needs
from . import test_questionnaire
from . import test_requirement
from . import test_service_plan
from . import test_service_plan_portal
