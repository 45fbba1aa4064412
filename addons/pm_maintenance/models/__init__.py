from . import orders
from . import dispatch
from . import equipment
