from . import test_access_orders
from . import test_fault_page
from . import test_hours
from . import test_mail
from . import test_order
from . import test_quote
from . import test_report
