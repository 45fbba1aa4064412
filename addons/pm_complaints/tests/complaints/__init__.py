from . import test_access_complaints
