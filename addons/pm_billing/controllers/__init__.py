from . import bills
from . import meters
from . import relief
from . import prepay
from . import arrears
from . import facilities
from . import parking
from . import invoices
