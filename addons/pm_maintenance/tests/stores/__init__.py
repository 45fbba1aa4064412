from . import test_access_stores
from . import test_costs
from . import test_count
from . import test_doors_of_stock
from . import test_material
from . import test_odoo_users
from . import test_purchase
from . import test_news
