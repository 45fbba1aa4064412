"""Amount of a recurring fee over a period.

Money is ``Decimal`` in company currency, tax included; areas are m². Each month is
rounded half-up on its own before the months are added: a court recomputed
379.47 m² × 6.90 as 2,618.34 a month and 39,275.10 for 15 months (Shanghai Pudong
2013 No. 30910), where rounding at the end would give 39,275.15.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from .periods import month_first, month_index, month_last
from .proration import prorate
from .rounding import CENT, round_to

# how the settings of a fee item are called in the engine of proration
PRORATIONS = {
    "days": "actual_days",
    "thirty": "thirty_days",
    "year": "year_365",
    "period": "actual_days",
}
STAGES = ("line", "month", "total", "bill")


class Rounding(NamedTuple):
    """What is rounded, how, and to what.

    ``stage``: each "line" of each month (area × price, surcharge), each "month", the
    "total" of a charge, or the whole "bill", which is rounded where it is put together.
    """

    stage: str = "month"
    mode: str = "half_up"
    to: Decimal = CENT

    def of(self, amount):
        return round_to(amount, self.to, self.mode)


@dataclass(frozen=True)
class Step:
    """One month of a charge: the days that count, of how many, and the amount."""

    month: date
    days: int
    of_days: int
    amount: Decimal


def month_lines(method, count, price, surcharge):
    """Return what a whole month costs, in the lines that are rounded apart.

    :param method: "area" and "quantity" for count × price and the surcharge, "fixed"
        and "whole" for the surcharge
    :param Decimal count: m² or another quantity
    """
    if method in ("area", "quantity"):
        return (count * price, surcharge)
    if method in ("fixed", "whole"):
        return (surcharge,)
    raise ValueError(f"unknown method {method!r}")


def round_money(amount, rounding=CENT):
    """Return ``amount`` rounded half-up to a multiple of ``rounding``."""
    return round_to(amount, rounding)


def credit_steps(steps, first, last, keep_to, proration="days", rounding=CENT):
    """Return the part of a charge that is not due when only its first days are.

    :param steps: the months of the charge
    :param date first: first day of the charge
    :param date last: last day of the charge
    :param date keep_to: last day that stays due; the day before ``first``: none does
    :param proration: as of the charge; by days the rest of a month is given back; where
        it goes by whole months, one that has begun stays due, or one that is left
        early is given back ("this")
    :return: list of :class:`Step`, without months that stay as they are
    """
    credited = []
    for step in steps:
        index = month_index(step.month)
        starts, ends = max(first, month_first(index)), min(last, month_last(index))
        days = (ends - starts).days + 1
        kept = min(max((min(keep_to, ends) - starts).days + 1, 0), days)
        if kept and proration in ("full", "next"):
            kept = days
        if kept < days and proration == "this":
            kept = 0
        if kept == days:
            continue
        stays = round_money(step.amount * kept / days, rounding)
        counted = step.days - kept if kept else step.days
        credited.append(Step(step.month, counted, step.of_days, step.amount - stays))
    return credited


def credit_steps_between(
    steps, first, last, day_from, day_to, proration="days", rounding=CENT
):
    """Return the months that are given back for a part of a charge's days.

    What is due up to the day before ``day_from`` stays, and what comes after
    ``day_to`` was given back before: the result is the difference of the two, so
    that the credits of one charge add up to its amount to the cent.

    :param steps: the months of the charge
    :param date first: first day of the charge
    :param date last: last day of the charge
    :param date day_from: first day that is given back
    :param date day_to: last day that is given back
    :return: list of :class:`Step`, without months that stay as they are
    """
    before = day_from - timedelta(days=1)
    given_back = {
        step.month: step
        for step in credit_steps(steps, first, last, before, proration, rounding)
    }
    for step in credit_steps(steps, first, last, day_to, proration, rounding):
        whole = given_back.pop(step.month)
        rest = replace(
            whole, days=whole.days - step.days, amount=whole.amount - step.amount
        )
        if rest.amount:
            given_back[step.month] = rest
    return [given_back[month] for month in sorted(given_back)]


def steps_to_rows(steps):
    """Return the months of a charge as they are kept with it, for JSON."""
    return [
        {
            "month": step.month.isoformat()[:7],
            "days": step.days,
            "of_days": step.of_days,
            "amount": str(step.amount),
        }
        for step in steps
    ]


def steps_from_rows(rows):
    """Return the months that :func:`steps_to_rows` kept."""
    return [
        Step(
            date.fromisoformat(f"{row['month']}-01"),
            row["days"],
            row["of_days"],
            Decimal(row["amount"]),
        )
        for row in rows
    ]


def month_steps(
    monthly,
    date_from,
    date_to,
    proration="days",
    rounding=CENT,
    begun=None,
    period=None,
):
    """Split a period into its months.

    :param monthly: what a whole month costs, unrounded: a ``Decimal``, or list of
        :class:`~.stretches.Stretch` where prices change within the period
    :param proration: what a part of a month costs: "days" its share of the month's
        days, "full" the whole month, "next" nothing in the month of the start and
        the whole month of the end (the developer pays through the month of the
        hand-over: Shanghai residential property rules, art. 49), "this" the whole
        month of the start and nothing in the month of the end, "thirty" months of 30
        days, "year" 365ths of a year, "period" the share of the days of the period
    :param rounding: a step such as 0.01 (each month half up), or :class:`Rounding`
    :param begun: first day of the period that is shared with others, whose parts and
        this one are to add up: the cent of rounding is taken by the later one
    :param period: (first, last) day of the whole period, for "period"
    :return: list of :class:`Step`; they add up to the amount
    """
    if not isinstance(rounding, Rounding):
        rounding = Rounding("month", "half_up", Decimal(rounding))
    if isinstance(monthly, Decimal | int):
        monthly = [((None, None), (Decimal(monthly),))]
    steps = []
    for index in range(month_index(date_from), month_index(date_to) + 1):
        month = month_first(index), month_last(index)
        starts, ends = max(month[0], date_from), min(month[1], date_to)
        lines = _lines_of(monthly, starts, ends, month, proration, period)
        amount = _rounded(lines, rounding)
        if begun and begun < starts and starts > month[0]:
            # what the one before has of this month, and both together
            since = max(begun, month[0])
            before = _lines_of(
                monthly, since, starts - timedelta(days=1), month, proration, period
            )
            both = _lines_of(monthly, since, ends, month, proration, period)
            amount = _rounded(both, rounding) - _rounded(before, rounding)
        days, of_days = _counted(starts, ends, month, proration, period)
        steps.append(Step(month[0], days, of_days, amount))
    return _to_cents(steps, rounding)


def _lines_of(monthly, starts, ends, month, proration, period):
    """The exact lines of the days from ``starts`` to ``ends`` of a month."""
    if proration in ("full", "next", "this"):
        # whole months have the price of the first day that counts
        paid = proration == "full" or (
            starts == month[0] if proration == "next" else ends == month[1]
        )
        for (first, last), lines in monthly:
            if (first or starts) <= starts <= (last or starts):
                return lines if paid else tuple(Decimal() for _line in lines)
    found = None
    for (first, last), lines in monthly:
        begins, finishes = max(first or starts, starts), min(last or ends, ends)
        whole, months = month, 1
        if proration == "period" and period:
            whole = period
            months = month_index(period[1]) - month_index(period[0]) + 1
        values = tuple(
            prorate(line * months, PRORATIONS[proration], begins, finishes, *whole)
            if begins <= finishes
            else Decimal()
            for line in lines
        )
        found = values if found is None else _added(found, values)
    return found or ()


def _added(left, right):
    """Two rows of lines, of which one may be shorter."""
    short, long = sorted((left, right), key=len)
    short += (Decimal(),) * (len(long) - len(short))
    return tuple(a + b for a, b in zip(short, long, strict=True))


def _rounded(lines, rounding):
    if rounding.stage == "line":
        return sum((rounding.of(line) for line in lines), Decimal())
    whole = sum(lines, Decimal())
    return rounding.of(whole) if rounding.stage == "month" else whole


def _counted(starts, ends, month, proration, period):
    """Days that count, and of how many, as a reader sees them."""
    days, of_days = (ends - starts).days + 1, month[1].day
    whole = (starts, ends) == month
    if proration == "full" or (proration == "next" and starts == month[0]):
        return of_days, of_days
    if proration == "this":
        return (of_days if ends == month[1] else 0), of_days
    if proration == "next":
        return 0, of_days
    if proration == "thirty":
        counted = prorate(Decimal(30), "thirty_days", starts, ends, *month)
        return int(counted), 30
    if proration == "year" and not whole:
        return days, 365
    if proration == "period" and period:
        return days, (period[1] - period[0]).days + 1
    return days, of_days


def _to_cents(steps, rounding):
    """Where the total is what is rounded: months to the cent that add up to it."""
    if rounding.stage not in ("total", "bill"):
        return steps
    exact = sum((step.amount for step in steps), Decimal())
    total = rounding.of(exact) if rounding.stage == "total" else round_to(exact, CENT)
    return add_up([step.amount for step in steps], total, steps)


def add_up(amounts, total, steps):
    """Return ``steps`` with these amounts to the cent; they add up to ``total``."""
    found, so_far, given = [], Decimal(), Decimal()
    for step, amount in zip(steps, amounts, strict=True):
        so_far += amount
        cents = round_to(so_far, CENT) - given
        if step is steps[-1]:
            cents = total - given
        given += cents
        found.append(replace(step, amount=cents))
    return found
