from . import shared
from . import register
from . import needs
from . import contract
