from . import pass_page
from . import portal
