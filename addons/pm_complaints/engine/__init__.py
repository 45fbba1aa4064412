from .sampling import allocate, draw
from .satisfaction import Change, Index, change, index, score
from .votes import Outcome, count
