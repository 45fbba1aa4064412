"""Sharing an amount among many, to the cent.

Rounding each share on its own loses or invents cents: 8,432 among 24 households at 351
each is 8,424. Here every share is rounded down, and what is left goes, one unit each,
to those that lost most by it (largest remainder); of equal ones the first in order
comes first, so that the same bill is shared in the same way by whoever does it again.
No law says who takes the last cent; this rule is shown with every share.
"""

from decimal import Decimal
from fractions import Fraction

from .plain_numbers import decimal


def share(total, weights, to="0.01"):
    """Share ``total`` in proportion to ``weights``; the shares add up to it exactly.

    :param Decimal total: in company currency; may be below zero, for a credit
    :param weights: numbers that are not negative, in the order that decides between
        equals (of units: by their code)
    :param to: the smallest unit of a share; what the total has below it goes to the
        share with the largest remainder
    :return: list of ``Decimal``, one for each weight
    :raises ValueError: a negative weight, or none above zero while there is an amount
    """
    total, to = decimal(total), decimal(to)
    if to <= 0:
        raise ValueError("the smallest unit is not above zero")
    weights = [_weight(weight) for weight in weights]
    whole = sum(weights)
    if any(weight < 0 for weight in weights):
        raise ValueError("a weight is negative")
    if not whole:
        if total:
            raise ValueError("nothing has a weight: there is nobody to share among")
        return [Decimal(0)] * len(weights)
    units = Fraction(abs(total)) / Fraction(to)
    exact = [units * weight / whole for weight in weights]
    counts = [value.numerator // value.denominator for value in exact]
    left = units - sum(counts)
    by_loss = sorted(
        range(len(weights)), key=lambda index: (counts[index] - exact[index], index)
    )
    for index in by_loss[: int(left)]:
        counts[index] += 1
    sign = 1 if total >= 0 else -1
    shares = [sign * count * to for count in counts]
    # a total finer than the unit: nothing is lost
    shares[by_loss[0]] += total - sum(shares)
    return shares


def _weight(value):
    return value if isinstance(value, Fraction) else Fraction(decimal(value))


def share_mixed(total, parts, to="0.01"):
    """Share ``total`` by several keys at once, e.g. 30 % by area, 70 % by use.

    :param parts: list of (portion of the total, weights); the portions add up to 1
    :return: list of ``Decimal`` that adds up to ``total``
    :raises ValueError: portions that do not add up to 1, keys of different length
    """
    portions = [_weight(portion) for portion, _weights in parts]
    if sum(portions) != 1:
        raise ValueError("the portions do not add up to 1")
    if len({len(weights) for _portion, weights in parts}) != 1:
        raise ValueError("the keys have different numbers of units")
    combined = [Fraction()] * len(parts[0][1])
    for portion, (_portion, weights) in zip(portions, parts, strict=True):
        weights = [_weight(weight) for weight in weights]
        whole = sum(weights)
        if any(weight < 0 for weight in weights):
            raise ValueError("a weight is negative")
        if not whole:
            raise ValueError("nothing has a weight: there is nobody to share among")
        for index, weight in enumerate(weights):
            combined[index] += portion * weight / whole
    return share(total, combined, to)
