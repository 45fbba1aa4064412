from . import survey
from . import portal_service_plan
