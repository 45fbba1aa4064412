from . import test_access_invoices
from . import test_tax_invoice
