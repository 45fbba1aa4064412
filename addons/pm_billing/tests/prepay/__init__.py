from . import test_access_prepay
from . import test_prepay
from . import test_wallets
