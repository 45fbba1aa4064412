from . import purchase_request
from . import purchase_request_line
from . import purchase_request_steps
from . import purchase_request_progress
from . import purchase_order
from . import res_company
from . import tier_definition
