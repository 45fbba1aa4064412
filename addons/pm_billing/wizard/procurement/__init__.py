from . import pm_purchase_quote
