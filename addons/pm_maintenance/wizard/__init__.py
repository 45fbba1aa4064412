from . import orders
from . import equipment
from . import stores
