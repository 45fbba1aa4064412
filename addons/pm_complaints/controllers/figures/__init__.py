from . import hotline
from . import portal
