from . import orders
from . import equipment
