from . import mis_report
from . import pm_statement
