from . import test_certificate
from . import test_training
from . import test_training_certificate
from . import test_training_due
