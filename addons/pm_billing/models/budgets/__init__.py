from . import tier_definition
from . import account_budget_post
from . import crossovered_budget
from . import crossovered_budget_lines
from . import purchase_order
from . import purchase_order_line
