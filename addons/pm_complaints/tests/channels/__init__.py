from . import test_access_channels
from . import test_wechat
