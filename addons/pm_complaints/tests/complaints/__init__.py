from . import test_access_complaints
from . import test_complaint
from . import test_dispute
from . import test_hidden
from . import test_mail
from . import test_merge
from . import test_web
