from . import test_access_people
from . import test_appraisal
from . import test_kpi
from . import test_post
from . import test_scoring
