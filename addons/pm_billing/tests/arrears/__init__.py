from .test_dunning import *
from .test_promise import *
from .test_limitation import *
from .test_arrears_report import *
from .test_reminder_portal import *
