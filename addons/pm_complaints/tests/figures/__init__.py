from . import test_access_figures
from . import test_report
from . import test_hotline
from . import test_quality_report
from . import test_quality_report_page
