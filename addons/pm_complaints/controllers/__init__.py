from . import complaints
from . import channels
