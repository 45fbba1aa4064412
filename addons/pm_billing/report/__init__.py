from . import figures
from . import meters
