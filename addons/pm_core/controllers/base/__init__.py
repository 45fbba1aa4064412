from . import one_time_code
