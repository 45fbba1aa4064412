from .bars import Bar, place_bars
from .sampling import allocate, draw
from .satisfaction import Change, Group, Index, change, index, index_of_groups
from .votes import Outcome, count
