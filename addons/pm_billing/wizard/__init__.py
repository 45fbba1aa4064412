from . import ledger
from . import fees
from . import tariffs
from . import bills
from . import counter
from . import figures
from . import meters
