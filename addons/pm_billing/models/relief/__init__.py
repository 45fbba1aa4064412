from . import pm_vacancy
from . import pm_waiver
