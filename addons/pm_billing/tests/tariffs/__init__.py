from . import test_access_tariffs
from . import test_engine_inputs
from . import test_published_elsewhere
from . import test_tariff
from . import test_tariff_engine
from . import test_tariffs_of_cities
