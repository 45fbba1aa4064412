from . import test_audit_sample
from . import test_ledger_check
from . import test_ledger_check_held
