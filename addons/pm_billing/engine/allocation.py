"""Spreading a payment over what is open."""

from decimal import Decimal
from typing import NamedTuple


def allocate(paid, amounts):
    """Spread ``paid`` over ``amounts``, the first ones first.

    :param Decimal paid: what was received, not negative
    :param amounts: open amounts in the order in which they are settled
    :return: list of what each one gets; adds up to ``min(paid, sum(amounts))``
    """
    shares = []
    for amount in amounts:
        share = min(max(paid, Decimal()), amount)
        shares.append(share)
        paid -= share
    return shares


class Settled(NamedTuple):
    """What settled a charge: money, credits, and what was written off."""

    money: Decimal
    credited: Decimal
    written_off: Decimal


def settle(amounts, money, credited, written_off, aimed=(), meant=(), beside=()):
    """Say of each amount on a document by what it was settled.

    Credits come first, those with an aim before the others: they change what is owed.
    Then money, and what was written off comes last. Each goes to the first ones first.

    :param amounts: amounts of the document in the order in which they are settled; one
        below zero is a credit beside the others and settles them
    :param aimed: for each amount, what was credited to just this one
    :param meant: for each amount, the money that was paid for just this one
    :param beside: for each amount, what a credit beside it gives back of just this one
    :return: list of :class:`Settled`; with the open rest each adds up to its amount
    """
    given_beside = -sum((amount for amount in amounts if amount < 0), Decimal())
    left = [max(amount, Decimal()) for amount in amounts]
    parts = []
    credits = allocate_to(credited, left, aimed)
    rest = credited - sum(credits, Decimal()) + given_beside
    for pot, aims in ((rest, beside), (money, meant), (written_off, ())):
        left = _subtract(left, parts[-1] if parts else credits)
        parts.append(_allocate_aimed(pot, left, aims))
    given, received, dropped = parts
    return [
        Settled(received[index], credits[index] + given[index], dropped[index])
        if amount >= 0
        else Settled(Decimal(), amount, Decimal())
        for index, amount in enumerate(amounts)
    ]


def allocate_to(pot, amounts, aimed):
    """Spread ``pot`` as ``aimed`` says, no more than the amounts and the pot allow."""
    wanted = [
        min(aim, amount)
        for aim, amount in zip(
            aimed or [Decimal()] * len(amounts), amounts, strict=True
        )
    ]
    return allocate(pot, wanted)


def _allocate_aimed(pot, amounts, aims):
    """Spread ``pot`` as it is meant, and the rest to the first ones."""
    first = allocate_to(pot, amounts, aims)
    left = pot - sum(first, Decimal())
    rest = allocate(left, _subtract(amounts, first))
    return [one + other for one, other in zip(first, rest, strict=True)]


def _subtract(amounts, shares):
    return [amount - share for amount, share in zip(amounts, shares, strict=True)]
