from . import hr_skill
from . import hr_employee_skill
from . import pm_training_kind
from . import pm_training_plan
from . import pm_training_session
from . import pm_training_attendance
from . import pm_training_hours
from . import pm_training_reminder
