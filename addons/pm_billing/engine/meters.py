"""What a meter says was used, and whether a reading can be believed.

Readings are what stands on the registers; quantities are differences times the
multiplier (of a current transformer, say), in the unit of the meter. A *demand*
register shows the highest power since it was last set back: it is no difference.
"""

from dataclasses import dataclass, field
from decimal import Decimal

ZERO, ONE = Decimal(0), Decimal(1)
# registers of which each counts the use of some hours of the day
HOURS = ("sharp", "peak", "flat", "valley")
DEMAND = "demand"
# not on the dial: the power that was contracted, of which a share is billed at least
CONNECTED = "connected"
# how near its end a register was, and how near its beginning it is now, when it is
# taken to have run past its end
END, BEGINNING = Decimal("0.9"), Decimal("0.1")


class Lower(ValueError):
    """A register shows less than before and cannot have run past its end."""

    def __init__(self, register, before, now):
        super().__init__(f"{register}: {now} after {before}")
        self.register, self.before, self.now = register, before, now


@dataclass(frozen=True)
class Use:
    """What was used between two readings.

    :param registers: {register: quantity} of a meter with several, demand included
    :param rolled: whether a register ran past its end
    """

    quantity: Decimal
    registers: dict = field(default_factory=dict)
    rolled: bool = False


def difference(before, now, capacity=None, rolled=None):
    """Return (what a register counted, whether it ran past its end).

    :param capacity: where the register starts again at zero, e.g. 100000 of one with
        five digits; None: it is not known to
    :param rolled: True: somebody says it ran past its end; False: it did not; None: it
        did when it was near its end and is near its beginning now
    :raises ValueError: it is lower and did not run past its end
    """
    if now >= before:
        return now - before, False
    if rolled is None:
        rolled = bool(capacity) and (
            before >= capacity * END and now <= capacity * BEGINNING
        )
    if rolled and capacity:
        return capacity - before + now, True
    raise ValueError("lower")


def use_between(before, now, multiplier=ONE, capacity=None, rolled=None):
    """Return the :class:`Use` between two readings.

    :param before: {register: value}; a meter with one register has ``value``
    :param now: the same registers, later
    :raises Lower: a register shows less than before
    """
    quantities, any_rolled = {}, False
    for register, value in now.items():
        if register == DEMAND:
            quantities[register] = value * multiplier
            continue
        earlier = before.get(register, ZERO)
        try:
            counted, did_roll = difference(earlier, value, capacity, rolled)
        except ValueError:
            raise Lower(register, earlier, value) from None
        any_rolled |= did_roll
        quantities[register] = counted * multiplier
    quantity = sum(
        (amount for name, amount in quantities.items() if name != DEMAND), ZERO
    )
    quantities.pop("value", None)
    return Use(quantity, quantities, any_rolled)


def is_jump(quantity, days, past, factor, floor=ZERO):
    """Whether much more was used a day than before.

    :param past: (quantity, days) of earlier readings; none: nothing to compare with
    :param factor: how many times the mean of a day is still believed; 0: any
    :param floor: a quantity up to which nothing is a jump
    """
    total_days = sum(max(length, 1) for _quantity, length in past)
    if not factor or not total_days or quantity <= floor:
        return False
    total = sum((amount for amount, _length in past), ZERO)
    return quantity * total_days > factor * total * max(days, 1)


def expected(past, days):
    """Return what is used in ``days`` at the mean of ``past``; None without any."""
    total_days = sum(max(length, 1) for _quantity, length in past)
    if not total_days:
        return None
    total = sum((amount for amount, _length in past), ZERO)
    return total * days / total_days


def between(before, day_before, after, day_after, day):
    """Return what a register showed on ``day``, on a straight line between two days."""
    share = Decimal((day - day_before).days) / Decimal((day_after - day_before).days)
    return before + (after - before) * share


def add_use(before, quantity, multiplier=ONE, capacity=None):
    """Return what a register shows after ``quantity`` more; past its end it begins
    at zero."""
    value = before + quantity / multiplier
    return value % capacity if capacity else value
