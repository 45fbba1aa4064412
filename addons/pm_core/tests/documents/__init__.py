from . import test_access_documents
from . import test_document
