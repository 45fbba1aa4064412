"""What is owed for paying late.

The base is the principal alone: a late fee never bears one. The day on which something
is due does not count, the day of payment does: 1,000 due on 1 January and paid on the
10th at 1 ‰ a day is nine days, 9.00. No law fixes a rate; a court may cut what is more
than 30 % above the loss (合同编通则解释 of 2023, art. 65), so that there is a cap.
"""

from calendar import isleap
from datetime import date, timedelta
from decimal import Decimal

from .periods import month_first, month_index, month_last
from .plain_numbers import day, decimal
from .rounding import CENT, round_to

PERIODS = ("day", "month", "year")
BASES = ("365", "366", "actual", "360", "30", "begun", "complete")


class NoRateError(ValueError):
    """The table of rates begins after a day that counts; ``day`` is the first such."""

    def __init__(self, day):
        super().__init__(f"there is no rate for {day}")
        self.day = day


def late_fee(principal, due, until, rule):
    """Return the late fee on ``principal`` from the day after ``due`` to ``until``.

    :param Decimal principal: what is owed without any late fee
    :param date due: last day to pay without one
    :param date until: the day of payment, or today; it counts
    :param rule: dict; absent keys are none

        * ``rate``: share of the principal, "0.001" for 1 ‰; or ``rates``: list of
          {"from": "2026-01-01", "rate": "0.0345"}, each until the next (a reference
          rate that changes: a new one never changes what was before), times ``factor``
        * ``per``: "day", "month" or "year"
        * ``basis``: days of a year "365", "366", "360", or "actual" (days of leap years
          over 366, of others over 365); of a month "30", or "actual" (whole months, and
          days over the days of their month). "30" of a year counts months of 30 days.
          "begun": a month or year that has begun since the first day that counts is a
          whole one; "complete": only those count that are over. A rate per day needs
          none
        * ``grace_days``: days after ``due`` without a fee; ``grace_retroactive``: when
          they are over the fee counts from ``due`` all the same
        * ``pauses``: list of (first, last) days that do not count (dispute, holiday)
        * ``cap_percent``: of the principal, at most; 0 is none
        * ``minimum``: at least, once there is a fee; never above the cap
        * ``rounding``: {"mode", "to"}, half up to the cent unless said
    :return: ``Decimal``, rounded; zero for a principal that is not above zero
    :raises NoRateError: a day before the first rate of the table
    :raises ValueError: an unknown period or basis, a negative rate, or none
    """
    principal, due, until = decimal(principal), day(due), day(until)
    starts = _starts(due, until, rule)
    if principal <= 0 or starts is None:
        return Decimal(0)
    fee = sum(
        (
            principal * rate * _time(first, last, rule)
            for first, last, rate in _stretches(starts, until, rule)
        ),
        Decimal(0),
    )
    minimum, cap = (decimal(rule.get(key) or 0) for key in ("minimum", "cap_percent"))
    if minimum < 0 or cap < 0:
        raise ValueError("a limit is negative")
    if fee:
        fee = max(fee, minimum)
    if cap:
        fee = min(fee, principal * cap / 100)
    rounding = rule.get("rounding") or {}
    return round_to(
        fee, decimal(rounding.get("to") or CENT), rounding.get("mode") or "half_up"
    )


def _starts(due, until, rule):
    """The first day that counts, or None while nothing does."""
    grace = timedelta(days=int(rule.get("grace_days") or 0))
    if until <= due + grace:
        return None
    begins = due if rule.get("grace_retroactive") else due + grace
    return begins + timedelta(days=1)


def _stretches(first, last, rule):
    """(first day, last day, rate) of days that count with one rate."""
    for begins, ends in _without_pauses(first, last, rule.get("pauses") or ()):
        yield from _by_rate(begins, ends, rule)


def _without_pauses(first, last, pauses):
    for begins, ends in sorted((day(begins), day(ends)) for begins, ends in pauses):
        if ends < first or begins > last:
            continue
        if begins > first:
            yield first, begins - timedelta(days=1)
        first = max(first, ends + timedelta(days=1))
    if first <= last:
        yield first, last


def _by_rate(first, last, rule):
    factor = decimal(1 if rule.get("factor") is None else rule["factor"])
    if not rule.get("rates"):
        if rule.get("rate") is None:
            raise ValueError("the rule has no rate")
        yield first, last, _positive(rule["rate"]) * factor
        return
    table = sorted((day(row["from"]), _positive(row["rate"])) for row in rule["rates"])
    if first < table[0][0]:
        raise NoRateError(first)
    for index, (begins, rate) in enumerate(table):
        ends = (
            table[index + 1][0] - timedelta(days=1) if index + 1 < len(table) else last
        )
        if begins <= last and ends >= first:
            yield max(first, begins), min(last, ends), rate * factor


def _positive(rate):
    rate = decimal(rate)
    if rate < 0:
        raise ValueError("a rate is negative")
    return rate


def _time(first, last, rule):
    """How many of the rate's periods the days are."""
    per, basis = rule.get("per", "day"), str(rule.get("basis") or "actual")
    if per not in PERIODS or basis not in BASES:
        raise ValueError(f"unknown period {per!r} or basis {basis!r}")
    days = (last - first).days + 1
    if per == "day":
        return Decimal(days)
    if per == "month":
        return _months(first, last, days, basis)
    return _years(first, last, days, basis)


def _months(first, last, days, basis):
    if basis == "begun":
        return Decimal(_begun(first, last))
    if basis == "complete":
        return Decimal(_complete(first, last))
    if basis in ("30", "360"):
        return Decimal(days) / 30
    if basis in ("365", "366"):
        return Decimal(days) * 12 / int(basis)
    total = Decimal(0)
    for index in range(month_index(first), month_index(last) + 1):
        begins, ends = month_first(index), month_last(index)
        counted = (min(last, ends) - max(first, begins)).days + 1
        total += Decimal(counted) / ends.day
    return total


def _begun(first, last):
    """Months that have begun: from the 16th to the 15th of the next is one.

    A month that begins on the 31st ends with the next month where that is shorter.
    """
    months = month_index(last) - month_index(first)
    # months after ``first``, the next begins on the same day or the last of its month
    begins = min(first.day, month_last(month_index(last)).day)
    return months + (last.day >= begins)


def _complete(first, last):
    """Months that are over: those begun by the day after, but for the last."""
    return _begun(first, last + timedelta(days=1)) - 1


def _years(first, last, days, basis):
    if basis == "begun":
        return Decimal(-(-_begun(first, last) // 12))
    if basis == "complete":
        return Decimal(_complete(first, last) // 12)
    if basis in ("365", "366", "360"):
        return Decimal(days) / int(basis)
    if basis == "30":
        return Decimal(_days_360(first, last)) / 360
    total = Decimal(0)
    for year in range(first.year, last.year + 1):
        begins, ends = max(first, date(year, 1, 1)), min(last, date(year, 12, 31))
        total += Decimal((ends - begins).days + 1) / (366 if isleap(year) else 365)
    return total


def _days_360(first, last):
    before = first - timedelta(days=1)
    months = month_index(last) - month_index(before)
    return months * 30 + min(last.day, 30) - min(before.day, 30)
