from . import report_service_manual
