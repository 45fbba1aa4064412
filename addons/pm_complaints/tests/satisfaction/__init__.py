from . import test_engine
from . import test_campaign
from . import test_access_satisfaction
from . import test_vote
from . import test_opinion_page
