"""Spreading a payment over what is open."""

from decimal import Decimal


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
