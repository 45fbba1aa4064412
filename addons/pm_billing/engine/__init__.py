"""Calculation without the ORM: read, tested and trusted alone.

What other code calls most is named here; each function says its rules in its own file.
All amounts are ``Decimal`` in company currency, all days ``datetime.date``.
"""

from .late_fees import late_fee
from .proration import prorate
from .sharing import share, share_mixed
from .tariff_document import Tariff, TariffError
from .tariffs import price

__all__ = [
    "Tariff",
    "TariffError",
    "late_fee",
    "price",
    "prorate",
    "share",
    "share_mixed",
]
