from . import base
from . import contract
from . import documents
from . import register
from . import needs
from . import notices
from . import shared
