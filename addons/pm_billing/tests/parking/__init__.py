from . import test_parking
from . import test_access_parking
