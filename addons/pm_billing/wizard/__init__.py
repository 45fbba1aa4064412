from . import ledger
from . import fees
from . import tariffs
from . import counter
from . import figures
from . import meters
