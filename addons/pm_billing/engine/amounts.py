"""Amount of a recurring fee over a period.

Money is ``Decimal`` in company currency, tax included; areas are m². Each month is
rounded half-up on its own before the months are added: a court recomputed
379.47 m² × 6.90 as 2,618.34 a month and 39,275.10 for 15 months (Shanghai Pudong
2013 No. 30910), where rounding at the end would give 39,275.15.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from .periods import month_first, month_index, month_last

CENT = Decimal("0.01")


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
    return (amount / rounding).quantize(Decimal(1), ROUND_HALF_UP) * rounding


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
