from .test_activation import *
from .test_calling import *
from .test_call_page import *
from .test_closing import *
from .test_drill import *
from .test_emergency_plan import *
from .test_hazard import *
from .test_access_emergency import *
