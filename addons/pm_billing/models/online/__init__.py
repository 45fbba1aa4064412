from . import payment_transaction
from . import pm_charge
from . import pm_payout
