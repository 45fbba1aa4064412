from . import ledger
from . import fees
from . import tariffs
from . import meters
from . import bills
from . import counter
from . import control
