from .test_access_improvement import *
from .test_act import *
from .test_improvement import *
from .test_lesson import *
from .test_process_time import *
