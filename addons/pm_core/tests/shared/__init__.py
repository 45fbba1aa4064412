from . import test_access
from . import test_access_shared
from . import test_approval
from . import test_recurrence
from . import test_schedule
from . import test_tampering
from . import test_text_diff
from . import test_version
