from . import test_access_complaints
from . import test_complaint
