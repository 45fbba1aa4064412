from . import one_time_code
from . import portal
