from . import pm_bill_run
from . import pm_bill_run_prepare
from . import pm_bill_run_confirm
from . import pm_bill_run_undo
from . import pm_bill_run_exception
from . import pm_charge
