from . import pm_wechat_account
from . import pm_wechat_message
from . import pm_wechat_message_taking
from . import pm_outgoing_mixin
