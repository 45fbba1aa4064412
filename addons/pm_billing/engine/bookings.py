"""What the use of a facility costs, and when it is open.

Times are minutes since midnight at the estate: 540 is 09:00, 1440 the end of the day.
Weekdays are those of :meth:`datetime.date.weekday`, 0 is Monday. Money is ``Decimal``
in company currency, tax included. Nothing here knows Odoo.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

DAY = 24 * 60
CENT = Decimal("0.01")


class NoPrice(ValueError):
    """No price covers a time; ``day`` and ``minute`` say which."""

    def __init__(self, day, minute):
        super().__init__(day, minute)
        self.day, self.minute = day, minute


@dataclass(frozen=True)
class Opening:
    """Open on a weekday, from a minute until another one."""

    weekday: int
    start: int
    stop: int


@dataclass(frozen=True)
class Price:
    """A price for some customers, days and times.

    :param customers: ``all``, or the kind that it is for
    :param days: ``all``, ``workday`` (Monday to Friday) or ``weekend``
    :param per: what it is for: a ``slot``, an ``hour`` or a ``day``
    """

    customers: str
    days: str
    start: int
    stop: int
    per: str
    amount: Decimal

    def covers(self, customers, day, minute):
        """Whether it is the price at this minute of this day."""
        weekend = day.weekday() >= 5
        return (
            self.customers in ("all", customers)
            and self.days in ("all", "weekend" if weekend else "workday")
            and self.start <= minute < self.stop
        )


def slots(openings, length, day):
    """Return [(start, stop)] of the slots of one day, in order.

    Slots begin with the opening; what is left before closing and is shorter than a
    slot is not booked.
    """
    found = set()
    for opening in openings:
        if opening.weekday == day.weekday():
            start = opening.start
            while start + length <= opening.stop:
                found.add((start, start + length))
                start += length
    return sorted(found)


def price_slots(prices, customers, day, taken):
    """Return the steps of what slots of one day cost.

    The first price that covers the beginning of a slot is its price. Slots beside each
    other with one price are one step.

    :param taken: [(start, stop)] in order
    :return: list of {"from", "to", "price", "per", "quantity", "amount"}
    :raises NoPrice: no price covers the beginning of a slot
    """
    steps = []
    for start, stop in taken:
        price = _first(prices, customers, day, start)
        quantity = Decimal(stop - start) / 60 if price.per == "hour" else Decimal(1)
        last = steps[-1] if steps else None
        if (
            last
            and last["rule"] is price
            and last["to"] == start
            and price.per != "day"
        ):
            last["to"] = stop
            last["quantity"] += quantity
        elif price.per == "day" and last and last["rule"] is price:
            # a price for the day is paid once
            last["to"] = stop
        else:
            steps.append(
                {"rule": price, "from": start, "to": stop, "quantity": quantity}
            )
    return [_step(step) for step in steps]


def price_days(prices, customers, days):
    """Return the steps of what whole days cost, as :func:`price_slots` does.

    :param days: the days, in order
    :raises NoPrice: a day without a price
    """
    steps = []
    for day in days:
        price = _first(prices, customers, day, 0)
        if steps and steps[-1]["rule"] is price:
            steps[-1]["to"] = day
            steps[-1]["quantity"] += 1
        else:
            steps.append(
                {"rule": price, "from": day, "to": day, "quantity": Decimal(1)}
            )
    return [_step(step) for step in steps]


def total(steps):
    """What the steps add up to."""
    return sum((step["amount"] for step in steps), Decimal())


def cancel_fee(amount, percent):
    """What is due of ``amount`` when it is cancelled too late, to the cent."""
    return (amount * percent / 100).quantize(CENT, ROUND_HALF_UP)


def _first(prices, customers, day, minute):
    for price in prices:
        if price.covers(customers, day, minute):
            return price
    raise NoPrice(day, minute)


def _step(step):
    rule = step.pop("rule")
    amount = (rule.amount * step["quantity"]).quantize(CENT, ROUND_HALF_UP)
    return {**step, "price": rule.amount, "per": rule.per, "amount": amount}
