from . import test_addresses
from . import test_automation
from . import test_new_words
from . import test_report
from . import test_report_pictures
from . import test_translations
from . import test_menu
