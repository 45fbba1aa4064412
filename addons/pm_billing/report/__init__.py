from . import counter
from . import figures
from . import meters
from . import arrears
