from .test_statement import *
from . import test_cash_forecast
