"""Days on which a machine of a certain age is due: tests of lifts by law.

Such a test comes in certain years after the machine came into operation, and after
the last of them by an interval, or not any more. Years are counted from the first
day, so that nothing drifts.
"""

import re
import unicodedata
from datetime import date

from odoo.addons.pm_core.engine.recurrence import Recurrence

OLDEST = 100
BETWEEN = re.compile(r"[\s,;、，]+")


class Unreadable(ValueError):
    """The text is no list of years that rise."""


def read_ages(text):
    """``(1, 4, 7)`` of ``"1, 4, 7"``; full-width digits and commas count.

    :raises Unreadable: anything else, or years that do not rise
    """
    words = BETWEEN.split(unicodedata.normalize("NFKC", text or "").strip())
    if not all(word.isascii() and word.isdigit() for word in words):
        raise Unreadable(text)
    ages = tuple(int(word) for word in words)
    rising = all(low < high for low, high in zip(ages, ages[1:], strict=False))
    if not rising or not 0 < ages[0] or ages[-1] > OLDEST:
        raise Unreadable(text)
    return ages


def due_days(begun: date, ages, first: date, last: date, after=None):
    """Yield (number, day) of what is due from ``first`` to ``last``, inclusive.

    :param begun: day on which the machine came into operation
    :param ages: years after it, rising
    :param after: (unit, every) by which it goes on after the last of them, or None
    """
    years = Recurrence(start=begun, unit="year")
    for age in ages:
        day = years.slot(age)
        if first <= day <= last:
            yield age, day
    if not after:
        return
    end = years.slot(ages[-1])
    for number, day in Recurrence(end, *after).between(max(first, end), last):
        if number:
            yield ages[-1] + number, day
