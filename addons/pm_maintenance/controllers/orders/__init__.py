from . import fault
from . import portal
