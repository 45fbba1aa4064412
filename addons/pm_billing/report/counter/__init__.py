from . import pm_receipt_print
