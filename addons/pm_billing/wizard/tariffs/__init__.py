from . import pm_tariff_import
from . import pm_tariff_try
from . import pm_tariff_try_register
