from . import test_access_bank
from . import test_statement_files
from . import test_statement_matching
from . import test_statement_undo
from . import test_statement_words
