from . import test_relief
from . import test_access_relief
from . import test_vacancy_portal
