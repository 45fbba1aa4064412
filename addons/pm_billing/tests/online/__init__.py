from . import test_online
