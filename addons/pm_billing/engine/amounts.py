"""Amount of a recurring fee over a period.

Money is ``Decimal`` in company currency, tax included; areas are m². Each month is
rounded half-up on its own before the months are added: a court recomputed
379.47 m² × 6.90 as 2,618.34 a month and 39,275.10 for 15 months (Shanghai Pudong
2013 No. 30910), where rounding at the end would give 39,275.15.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from .periods import month_first, month_index, month_last
from .rounding import CENT, round_to


@dataclass(frozen=True)
class Step:
    """One month of a charge: the days that count, of how many, and the amount."""

    month: date
    days: int
    of_days: int
    amount: Decimal


def monthly_amount(method, area, price, surcharge):
    """Return the exact amount of a whole month.

    :param method: "area" for area × price + surcharge, "fixed" and "whole" for the
        surcharge
    """
    if method == "area":
        return area * price + surcharge
    if method in ("fixed", "whole"):
        return surcharge
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
    :param proration: as of the charge; by days the rest of a month is given back,
        else a month that has begun stays due as a whole
    :return: list of :class:`Step`, without months that stay as they are
    """
    credited = []
    for step in steps:
        index = month_index(step.month)
        starts, ends = max(first, month_first(index)), min(last, month_last(index))
        days = (ends - starts).days + 1
        kept = min(max((min(keep_to, ends) - starts).days + 1, 0), days)
        if kept and proration != "days":
            kept = days
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


def month_steps(monthly, date_from, date_to, proration="days", rounding=CENT):
    """Split a period into its months.

    :param Decimal monthly: amount of a whole month, unrounded
    :param proration: what a part of a month costs: "days" its share of the month's
        days, "full" the whole month, "next" nothing in the month of the start and
        the whole month of the end (the developer pays through the month of the
        hand-over: Shanghai residential property rules, art. 49)
    :return: list of :class:`Step`
    """
    steps = []
    for index in range(month_index(date_from), month_index(date_to) + 1):
        first, last = month_first(index), month_last(index)
        of_days = last.day
        starts, ends = max(first, date_from), min(last, date_to)
        days = (ends - starts).days + 1
        if proration == "full" or (proration == "next" and starts == first):
            counted = of_days
        elif proration == "next":
            counted = 0
        else:
            counted = days
        amount = round_money(monthly * counted / of_days, rounding)
        steps.append(Step(first, counted, of_days, amount))
    return steps
