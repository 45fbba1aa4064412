"""Rounding to a multiple of a coin, a jiao, ten yuan."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal

CENT = Decimal("0.01")
# Thirds and 365ths do not end: what is below this comes from them, not from a price.
NOISE = Decimal("1e-12")
MODES = {"half_up": ROUND_HALF_UP, "down": ROUND_DOWN, "up": ROUND_UP}


def round_to(amount, to=CENT, mode="half_up"):
    """Return ``amount`` as a multiple of ``to``.

    :param Decimal to: above zero, e.g. 0.01, 0.1, 1, 10
    :param mode: "half_up", "down" (towards zero) or "up" (away from zero)
    :raises KeyError: another mode
    """
    units = (amount / to).quantize(NOISE, ROUND_HALF_EVEN)
    return units.quantize(Decimal(1), MODES[mode]) * to
