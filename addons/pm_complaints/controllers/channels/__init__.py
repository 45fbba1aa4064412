from . import wechat
from . import sms
