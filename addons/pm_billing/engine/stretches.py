"""Days of a period with one price: rent-free months, prices that rise, reductions.

A rent is agreed as a list of changes, each from a day on. What a month costs on a day
follows from the changes that hold on that day and from nothing else, so that a period
may be billed in any order, or again years later.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from .periods import month_index

DAY = timedelta(days=1)
KINDS = ("price", "percent", "free", "factor")


class Change(NamedTuple):
    """What holds from a day on.

    ``kind``: "price": ``price`` and ``surcharge`` are new; "percent": what held before
    rises by ``value`` percent, again every ``every`` months if that is above zero, each
    time on top of the last; "free": nothing is due from ``date_from`` to ``date_to``;
    "factor": ``value`` of it is due (0.7 for 70 %).
    """

    kind: str
    date_from: date
    date_to: date | None = None
    value: Decimal = Decimal()
    price: Decimal = Decimal()
    surcharge: Decimal = Decimal()
    every: int = 0
    label: str = ""


class Stretch(NamedTuple):
    """Days with one price; ``lines`` are what a whole month costs, unrounded."""

    days: tuple
    lines: tuple


class Explained(NamedTuple):
    """A stretch, and by which changes it has its price."""

    date_from: date
    date_to: date
    price: Decimal
    surcharge: Decimal
    factor: Decimal
    lines: tuple
    reasons: tuple

    @property
    def stretch(self):
        return Stretch((self.date_from, self.date_to), self.lines)


def stretches(lines, price, surcharge, changes, date_from, date_to):
    """Return the stretches of a period, each with its price.

    :param lines: function of price and surcharge to what a whole month costs, a tuple
    :param Decimal price: before any change
    :param Decimal surcharge: before any change
    :param changes: list of :class:`Change`, in any order
    :return: list of :class:`Explained` that covers all days of the period
    :raises ValueError: an unknown kind of change
    """
    changes = sorted(changes, key=lambda change: (change.date_from, change.kind))
    for change in changes:
        if change.kind not in KINDS:
            raise ValueError(f"unknown change {change.kind!r}")
    cuts = sorted(_cuts(changes, date_from, date_to))
    found = []
    for begins, following in zip(cuts, [*cuts[1:], date_to + DAY], strict=True):
        held = _held_on(changes, begins, price, surcharge)
        amounts = tuple(line * held[2] for line in lines(held[0], held[1]))
        found.append(Explained(begins, following - DAY, *held[:3], amounts, held[3]))
    return found


def _cuts(changes, date_from, date_to):
    """First days of stretches."""
    yield date_from
    for day in {day for change in changes for day in _days_of(change, date_to)}:
        if date_from < day <= date_to:
            yield day


def _days_of(change, date_to):
    yield change.date_from
    if change.date_to:
        yield change.date_to + DAY
    if change.kind == "percent" and change.every > 0:
        for times in range(1, _times(change, date_to) + 1):
            yield _later(change.date_from, times * change.every)


def _times(change, day):
    """How often a price has risen after the first time, by that day."""
    if change.every <= 0:
        return 0
    months = month_index(day) - month_index(change.date_from)
    if _later(change.date_from, months) > day:
        months -= 1
    return max(months, 0) // change.every


def _later(day, months):
    """The same day some months later, or the last one of that month."""
    index = month_index(day) + months
    year, month = index // 12, index % 12 + 1
    for number in range(day.day, 27, -1):
        try:
            return date(year, month, number)
        except ValueError:
            continue
    return date(year, month, min(day.day, 28))


def _held_on(changes, day, price, surcharge):
    """(price, surcharge, factor, reasons) of a day."""
    risen, share, reasons = Decimal(1), Decimal(1), []
    for change in changes:
        if change.date_from > day or (change.date_to and change.date_to < day):
            continue
        times = 1
        if change.kind == "price":
            price, surcharge, risen = change.price, change.surcharge, Decimal(1)
            reasons = [row for row in reasons if row[0].kind in ("free", "factor")]
        elif change.kind == "percent":
            times = 1 + _times(change, day)
            risen *= (1 + change.value / 100) ** times
        elif change.kind == "free":
            share = Decimal()
        else:
            share *= change.value
        reasons.append((change, times))
    return price, surcharge, risen * share, tuple(reasons)
