from . import orders
from . import equipment
from . import stores
from . import emergency
from . import inspections
