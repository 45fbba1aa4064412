from . import test_access_standards
from . import test_policy
from . import test_service_manual
