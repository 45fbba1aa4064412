"""Rounding to a multiple of a coin, a jiao, ten yuan."""

from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal

CENT = Decimal("0.01")
MODES = {"half_up": ROUND_HALF_UP, "down": ROUND_DOWN, "up": ROUND_UP}


def round_to(amount, to=CENT, mode="half_up"):
    """Return ``amount`` as a multiple of ``to``.

    :param Decimal to: above zero, e.g. 0.01, 0.1, 1, 10
    :param mode: "half_up", "down" (towards zero) or "up" (away from zero)
    :raises KeyError: another mode
    """
    return (amount / to).quantize(Decimal(1), MODES[mode]) * to
