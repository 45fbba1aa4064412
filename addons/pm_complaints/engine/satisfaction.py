"""How satisfied people are: an index, how sure it is, and whether it changed.

A stratified mean with finite population correction, as in W. G. Cochran, *Sampling
Techniques*, 3rd edition, chapter 5: every group counts by how many live in it, not by
how many of it answered.
"""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist, fmean, variance

NORMAL = NormalDist()


@dataclass(frozen=True)
class Group:
    """What the answers of one group come to, in points.

    :param variance: of the sample; None of one answer
    """

    answers: int
    mean: float
    variance: float | None


@dataclass(frozen=True)
class Index:
    """An index between 0 and 100.

    :param value: the index; None if nobody answered
    :param low, high: between these the index of all people lies, with the confidence
        that was asked for; None where too few answered to say so
    :param error: the standard error, in points
    :param answers: how many people answered
    :param people: how many there are
    :param silent: groups of which nobody answered: the others stand for them
    """

    value: float | None
    low: float | None
    high: float | None
    error: float | None
    answers: int
    people: int
    silent: tuple = ()


@dataclass(frozen=True)
class Change:
    """How one index differs from an earlier one.

    :param points: later minus earlier
    :param chance: how likely at least so large a difference is if nothing changed
    :param says: ``better``, ``worse``, ``same`` (may well be chance) or ``unknown``
    """

    points: float | None
    chance: float | None
    says: str


def index(answers, sizes, confidence=0.95):
    """Return the index of all people, from the points of those who answered.

    :param dict answers: ``{group: [points of each who answered]}``
    :param dict sizes: ``{group: people in it}``
    :param confidence: between 0 and 1
    :return: :class:`Index`
    :raises ValueError: more answers than people in a group
    """
    groups = {
        group: Group(
            len(points),
            fmean(points),
            variance(points) if len(points) > 1 else None,
        )
        for group, points in answers.items()
        if points
    }
    return index_of_groups(groups, sizes, confidence)


def index_of_groups(groups, sizes, confidence=0.95):
    """Return the index of all people, from what is known of each group.

    A group of whom only one answered says nothing about how far its people differ:
    the others' spread stands for it. If no group has two answers, the index has no
    limits.

    :param dict groups: ``{group: Group}``, of those groups of whom somebody answered
    :param dict sizes: ``{group: people in it}``
    :param confidence: between 0 and 1
    :return: :class:`Index`
    :raises ValueError: more answers than people in a group
    """
    for name, group in groups.items():
        if group.answers > sizes.get(name, 0):
            raise ValueError(f"{name}: more answers than people")
    silent = tuple(
        sorted((name for name in sizes if sizes[name] and name not in groups), key=str)
    )
    number = sum(group.answers for group in groups.values())
    people = sum(sizes.values())
    if not groups:
        return Index(None, None, None, None, 0, people, silent)
    reached = sum(sizes[name] for name in groups)
    value = sum(sizes[name] * group.mean for name, group in groups.items()) / reached
    error = _standard_error(groups, sizes, reached)
    if error is None:
        return Index(value, None, None, None, number, people, silent)
    margin = NORMAL.inv_cdf(0.5 + confidence / 2) * error
    low, high = max(0.0, value - margin), min(100.0, value + margin)
    return Index(value, low, high, error, number, people, silent)


def _standard_error(groups, sizes, reached):
    spread = [group for group in groups.values() if group.answers > 1]
    if not spread:
        # everybody was asked and answered: nothing is left to chance
        everybody = all(group.answers == sizes[name] for name, group in groups.items())
        return 0.0 if everybody else None
    freedom = sum(group.answers - 1 for group in spread)
    pooled = sum(group.variance * (group.answers - 1) for group in spread) / freedom
    return sqrt(
        sum(
            (sizes[name] / reached) ** 2
            * (1 - group.answers / sizes[name])
            * (pooled if group.variance is None else group.variance)
            / group.answers
            for name, group in groups.items()
        )
    )


def change(earlier, later, level=0.05):
    """Tell whether people became more or less satisfied, or whether it may be chance.

    A two-sided test of the difference of two independent samples.

    :param earlier, later: two :class:`Index`
    :param level: a difference is believed if it would be chance less often than this
    :return: :class:`Change`
    """
    if earlier.value is None or later.value is None:
        return Change(None, None, "unknown")
    points = later.value - earlier.value
    if earlier.error is None or later.error is None:
        return Change(points, None, "unknown")
    error = sqrt(earlier.error**2 + later.error**2)
    if not error:
        chance = 0.0 if points else 1.0
    else:
        chance = 2 * (1 - NORMAL.cdf(abs(points) / error))
    if chance >= level:
        return Change(points, chance, "same")
    return Change(points, chance, "better" if points > 0 else "worse")
