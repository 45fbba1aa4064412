from . import orders
from . import dispatch
from . import equipment
from . import gate
from . import stores
from . import emergency
from . import inspections
