from . import pm_document_mixin
from . import dms_security_mixin
from . import pm_document
from . import pm_document_type
from . import dms_directory
from . import dms_file
