from . import mis_report
from . import mis_report_instance
from . import pm_statement
