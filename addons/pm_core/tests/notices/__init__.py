from . import test_notice
from . import test_notice_portal
from . import test_notice_sending
from . import test_sms_gateway
from . import test_wechat
from . import test_wechat_binding
from . import test_wechat_messages
