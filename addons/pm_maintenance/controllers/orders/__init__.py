from . import alarm
from . import fault
from . import portal
from . import call
from . import contractor
from . import rating
