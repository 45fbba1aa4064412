from . import pm_contract_sign
from . import pm_contract_terminate
