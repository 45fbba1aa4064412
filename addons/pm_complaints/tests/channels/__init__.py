from . import test_access_channels
from . import test_api
from . import test_events
from . import test_health
from . import test_sms
from . import test_wechat
from . import test_wechat_address
