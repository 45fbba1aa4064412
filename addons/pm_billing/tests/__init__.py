from . import test_capital_amount
