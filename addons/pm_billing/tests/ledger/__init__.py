from . import test_accountant
from . import test_accountant_bulk
from . import test_business_day
from . import test_company
from . import test_invoice_columns
from . import test_lock_dates
from . import test_partner_merge
from . import test_doors_ledger
