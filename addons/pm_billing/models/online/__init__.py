from . import payment_transaction
from . import pm_payout
