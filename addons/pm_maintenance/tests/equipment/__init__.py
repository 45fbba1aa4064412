from . import test_equipment
from . import test_plan
