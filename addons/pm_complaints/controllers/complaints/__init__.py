from . import case
from . import portal
