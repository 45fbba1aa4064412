from . import test_access_roster
from . import test_departure
from . import test_duty
from . import test_duty_coverage
from . import test_duty_swap
from . import test_roster
from . import test_roster_engine
