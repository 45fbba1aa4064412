from . import complaints
from . import channels
from . import satisfaction
from . import figures
from . import follow_up
from . import improvement
