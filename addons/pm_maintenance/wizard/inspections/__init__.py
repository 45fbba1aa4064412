from . import pm_inspection_decision
from . import pm_inspection_decision_line
from . import pm_inspection_plan_apply
from . import pm_inspection_cancel
from . import pm_inspection_proof
from . import pm_inspection_standards
