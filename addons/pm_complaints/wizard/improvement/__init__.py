from . import pm_improvement_act
from . import pm_lesson_offering
