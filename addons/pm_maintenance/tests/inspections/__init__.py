from . import test_phone_page
