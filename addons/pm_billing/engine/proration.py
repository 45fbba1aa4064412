"""What a part of a billing period costs.

One period may belong to several people: the developer until the hand-over, a buyer, a
tenant. Each pays for its days, and the parts of all add up to the whole amount. So
days are counted as the difference of two numbers that both count from the same
beginning, and the denominator is always the whole period, never a shortened one.
"""

from datetime import date, timedelta
from decimal import Decimal

from .periods import month_first, month_index, month_last
from .plain_numbers import day, decimal

METHODS = ("next_month", "this_month", "actual_days", "thirty_days", "year_365")
DAY = timedelta(days=1)


def prorate(amount, method, date_from, date_to, period_from, period_to):
    """Return what ``date_from`` to ``date_to`` costs of a period, not rounded.

    :param Decimal amount: of the whole period, in company currency
    :param method: ``next_month``: who begins within a month pays from the next one, who
        ends within a month pays that month whole (Shanghai residential property rules,
        art. 49); ``this_month``: who begins within a month pays it whole, who ends
        within it pays nothing for it; ``actual_days``: days over the days of the
        period; ``thirty_days``: each month has 30 days, the last of a month is the
        30th; ``year_365``: days times a 365th of twelve months' amount, 29 February
        not counted; the whole period costs its amount all the same
    :param date_from: first day that counts, or None for since ever
    :param date_to: last day that counts, or None for no end
    :param period_from: first day of the period
    :param period_to: last day of the period
    :return: ``Decimal``; zero when no day lies in the period
    :raises ValueError: an unknown method, a period that ends before it begins, whole
        months asked for of a period that is not made of them; months begin on the day
        of the month on which the period does
    """
    if method not in METHODS:
        raise ValueError(f"unknown method {method!r}")
    amount = decimal(amount)
    period_from, period_to = day(period_from), day(period_to)
    date_from, date_to = (found and day(found) for found in (date_from, date_to))
    if period_to < period_from:
        raise ValueError("the period ends before it begins")
    first = max(date_from or period_from, period_from)
    last = min(date_to or period_to, period_to)
    if last < first:
        return Decimal(0)
    if first == period_from and last == period_to and not _goes_by_months(method):
        return amount
    numerator, denominator = {
        "next_month": _whole_months,
        "this_month": _whole_months,
        "actual_days": _actual_days,
        "thirty_days": _thirty_days,
        "year_365": _year,
    }[method](method, (date_from or first, date_to or last), (period_from, period_to))
    return amount * numerator / denominator


def _goes_by_months(method):
    return method in ("next_month", "this_month")


def _whole_months(method, days, period):
    """Months that are paid, of those of the period."""
    months = _months_of(period)
    if months is None:
        raise ValueError("whole months need a period of whole months")
    first, of_month = months
    last = _month_of(period[1], of_month)
    begins, ends = days
    paid_from, paid_to = (_month_of(moment, of_month) for moment in days)
    if method == "next_month" and begins > _begins(paid_from, of_month):
        paid_from += 1
    if method == "this_month" and ends + DAY != _begins(paid_to + 1, of_month):
        paid_to -= 1
    paid = min(paid_to, last) - max(paid_from, first) + 1
    return max(paid, 0), last - first + 1


def _months_of(period):
    """(index of the first month, day on which its months begin), or None.

    A period from the 31st has months that begin on the last day of shorter ones.
    """
    of_month = period[0].day
    ends = period[1] + DAY
    if ends != _begins(month_index(ends), of_month):
        return None
    return month_index(period[0]), of_month


def _begins(index, of_month):
    """The day on which a month begins, of months that begin on a day of the month."""
    return month_first(index).replace(day=min(of_month, month_last(index).day))


def _month_of(moment, of_month):
    index = month_index(moment)
    return index if moment >= _begins(index, of_month) else index - 1


def _actual_days(_method, days, period):
    first, last = _within(days, period)
    return (last - first).days + 1, (period[1] - period[0]).days + 1


def _thirty_days(_method, days, period):
    first, last = _within(days, period)
    counted = _day_of_360(last) - _day_of_360(first - DAY)
    whole = _day_of_360(period[1]) - _day_of_360(period[0] - DAY)
    return counted, whole


def _day_of_360(day):
    """Number of a day in years of twelve months of 30 days; the last is the 30th."""
    of_month = 30 if day == month_last(month_index(day)) else min(day.day, 30)
    return month_index(day) * 30 + of_month


def _year(_method, days, period):
    first, last = _within(days, period)
    months = _day_of_360(period[1]) - _day_of_360(period[0] - DAY)
    # amount / months of the period × 12 / 365, the months as 30ths
    return _days_of_365(first, last) * 12 * 30, months * 365


def _days_of_365(first, last):
    leaps = sum(
        1
        for year in range(first.year, last.year + 1)
        if _is_leap(year) and first <= date(year, 2, 29) <= last
    )
    return (last - first).days + 1 - leaps


def _is_leap(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _within(days, period):
    return max(days[0], period[0]), min(days[1], period[1])
