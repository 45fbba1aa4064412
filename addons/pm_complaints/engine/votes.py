"""Votes of owners, counted by area and by heads.

Source: Civil Code of the People's Republic of China, article 278: two thirds of the
owners, by area and by number, take part; of those who take part more than half agree,
by area and by number, or three quarters (items 6 to 8) to raise repair funds, to
rebuild, and to change the use of common parts or earn with them. "Above" includes
the number (article 1259).

Who counts as one: Supreme People's Court, Fa Shi [2009] No. 7 as changed in 2020,
article 8 (the area is that of the register of real estate, else as surveyed, else of
the contract of sale) and article 9 (each private part is one person; what the developer
has not sold, or sold and not handed over, is one, and so are several parts of one
buyer). All of these were compared with their text.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

QUORUM = Fraction(2, 3)
ORDINARY, QUALIFIED = "ordinary", "qualified"
FOR, AGAINST, ABSTAIN = "for", "against", "abstain"


@dataclass(frozen=True)
class Outcome:
    """What a vote came to; areas in m².

    :param passed: whether it is decided, with quorum and majority
    :param quorate: whether enough took part, by area and by heads
    """

    area: Decimal
    heads: int
    area_voted: Decimal
    heads_voted: int
    area_for: Decimal
    heads_for: int
    quorate: bool
    passed: bool


def count(owners, ballots, kind=ORDINARY):
    """Count a vote.

    An owner has one head, however many units; a co-owner's vote is that of the unit. A
    ballot of somebody who owns nothing is refused, not left out in silence.

    :param dict owners: ``{owner: area of all units of the owner, in m²}``
    :param dict ballots: ``{owner: "for", "against" or "abstain"}``; who abstains takes
        part
    :param kind: ``ordinary`` or ``qualified``
    :return: :class:`Outcome`
    :raises ValueError: a ballot of nobody, or an answer that is none
    """
    for owner, answer in ballots.items():
        if owner not in owners:
            raise ValueError(f"{owner} owns nothing here")
        if answer not in (FOR, AGAINST, ABSTAIN):
            raise ValueError(f"{owner}: {answer} is no answer")
    areas = {owner: Decimal(area) for owner, area in owners.items()}
    agreed = [owner for owner, answer in ballots.items() if answer == FOR]
    area, heads = sum(areas.values(), Decimal()), len(areas)
    area_voted, heads_voted = (
        sum((areas[one] for one in ballots), Decimal()),
        len(ballots),
    )
    area_for, heads_for = sum((areas[one] for one in agreed), Decimal()), len(agreed)
    quorate = _reaches(area_voted, area, QUORUM) and _reaches(
        heads_voted, heads, QUORUM
    )
    return Outcome(
        area=area,
        heads=heads,
        area_voted=area_voted,
        heads_voted=heads_voted,
        area_for=area_for,
        heads_for=heads_for,
        quorate=quorate,
        passed=quorate
        and _agreed(area_for, area_voted, kind)
        and _agreed(heads_for, heads_voted, kind),
    )


def _reaches(part, whole, share):
    """Whether it is at least that share: "above" includes the number (article 1259)."""
    return bool(whole) and Fraction(part) >= share * Fraction(whole)


def _agreed(part, voted, kind):
    if kind == QUALIFIED:
        return _reaches(part, voted, Fraction(3, 4))
    # "more than half" does not
    return Fraction(part) > Fraction(voted) / 2
