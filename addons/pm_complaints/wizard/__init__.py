from . import complaints
from . import follow_up
from . import satisfaction
from . import improvement
