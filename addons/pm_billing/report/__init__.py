from . import counter
from . import figures
from . import meters
from . import arrears
from . import statements
from . import procurement
