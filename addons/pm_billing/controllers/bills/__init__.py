from . import portal_bills
