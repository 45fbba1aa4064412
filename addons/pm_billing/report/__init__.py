from . import figures
from . import meters
from . import arrears
