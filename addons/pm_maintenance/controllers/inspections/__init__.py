from . import phone
from . import rounds
