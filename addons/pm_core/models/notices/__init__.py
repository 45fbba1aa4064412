from . import pm_notice
from . import pm_notice_delivery
from . import pm_notice_kind
from . import pm_notice_recipient
from . import mail_notification
from . import pm_sms_gateway
from . import pm_wechat_account
from . import sms_sms
