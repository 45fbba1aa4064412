from . import pm_receipt
from . import pm_receipt_booking
from . import pm_receipt_cancellation
from . import pm_receipt_line
from . import pm_receipt_number
from . import res_partner
