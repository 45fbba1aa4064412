from . import complaints
from . import channels
from . import satisfaction
from . import figures
