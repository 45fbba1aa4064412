from . import complaints
from . import satisfaction
