from . import document_upload
from . import portal_notice
from . import survey
from . import portal
