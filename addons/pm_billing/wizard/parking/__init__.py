from . import pm_parking_end
from . import pm_counter
