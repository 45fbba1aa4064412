from . import complaints
from . import channels
from . import figures
