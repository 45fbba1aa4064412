"""Numbers as callers have them: text, whole numbers, ``Decimal``, or binary floats."""

from datetime import date
from decimal import Decimal


def decimal(value):
    """Return ``value`` as people write it: a float of 0.1 is 0.1, without noise.

    :raises ValueError: no number, or an infinite one
    """
    try:
        found = value if isinstance(value, Decimal) else Decimal(str(value).strip())
    except ArithmeticError:
        raise ValueError(f"{value!r} is no number") from None
    if not found.is_finite():
        raise ValueError(f"{value!r} is no number")
    return found


def day(value):
    """Return a day, given as one, as a moment of it, or as "2026-01-31"."""
    if isinstance(value, str):
        return date.fromisoformat(value[:10])
    return date(value.year, value.month, value.day)
