from . import pm_charge
from . import pm_tax_invoice
from . import pm_tax_invoice_file
from . import pm_tax_invoice_red
from . import pm_tax_invoice_line
from . import pm_tax_file
from . import pm_tax_file_row
