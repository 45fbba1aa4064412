from . import portal_tax_invoices
