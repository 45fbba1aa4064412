from . import test_access_people
from . import test_appraisal
from . import test_appraisal_period
from . import test_grade
from . import test_kpi
from . import test_kpi_result
from . import test_post
from . import test_scoring
