from . import test_access_documents
from . import test_document
from . import test_document_access
from . import test_document_checklist
from . import test_document_upload
from . import test_personal_documents
