from . import pm_arrears_report
