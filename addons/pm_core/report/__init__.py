from . import standards
