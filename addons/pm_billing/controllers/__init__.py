from . import bills
from . import meters
