from . import document_upload
from . import portal_notice
from . import survey
from . import portal
from . import portal_property
from . import portal_service_plan
from . import portal_wechat
