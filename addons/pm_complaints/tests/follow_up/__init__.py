from . import test_access_follow_up
from . import test_follow_up
from . import test_follow_up_migration
from . import test_praise
from . import test_verdict
