from . import pm_ledger_check
from . import pm_ledger_check_held
from . import pm_ledger_check_balance
from . import pm_ledger_check_line
from . import pm_ledger_check_difference
from . import pm_audit_sample
from . import pm_audit_sample_line
