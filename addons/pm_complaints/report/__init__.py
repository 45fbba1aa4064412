from . import complaints
from . import channels
from . import follow_up
from . import satisfaction
from . import improvement
from . import figures
