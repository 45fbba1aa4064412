from . import test_access_deposits
from . import test_deposit
from . import test_payout
