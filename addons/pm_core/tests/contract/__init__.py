from . import test_access_contract
from . import test_access_obligation
from . import test_amendment
from . import test_contract
from . import test_contract_life
from . import test_contract_portal
from . import test_obligation
from . import test_renewal
