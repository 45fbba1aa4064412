from . import portal_prepay
