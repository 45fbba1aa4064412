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


def score(values, weights, low=1, high=5):
    """Return one person's answers as points between 0 and 100.

    What was left out does not count: the weights of the other questions stand for it.

    :param dict values: ``{question: value between low and high}``
    :param dict weights: ``{question: weight}``; a question without one counts nothing
    :return: points, or None if no question that counts was answered
    :raises ValueError: a value is not between the two
    """
    counted = {name: weights.get(name, 0) for name, value in values.items()}
    for name, value in values.items():
        if not low <= value <= high:
            raise ValueError(f"{name}: {value} is not between {low} and {high}")
    weight = sum(counted.values())
    if not weight:
        return None
    mean = sum(values[name] * counted[name] for name in values) / weight
    return (mean - low) / (high - low) * 100


def index(answers, sizes, confidence=0.95):
    """Return the index of all people, from the points of those who answered.

    A group of whom only one answered says nothing about how far its people differ:
    the others' spread stands for it. If no group has two answers, the index has no
    limits.

    :param dict answers: ``{group: [points of each who answered]}``
    :param dict sizes: ``{group: people in it}``
    :param confidence: between 0 and 1
    :return: :class:`Index`
    :raises ValueError: more answers than people in a group
    """
    for group, points in answers.items():
        if len(points) > sizes.get(group, 0):
            raise ValueError(f"{group}: more answers than people")
    heard = {group: points for group, points in answers.items() if points}
    silent = tuple(
        sorted(
            (group for group in sizes if sizes[group] and group not in heard), key=str
        )
    )
    number, people = sum(map(len, heard.values())), sum(sizes.values())
    if not heard:
        return Index(None, None, None, None, 0, people, silent)
    reached = sum(sizes[group] for group in heard)
    value = sum(sizes[group] * fmean(points) for group, points in heard.items())
    value /= reached
    error = _standard_error(heard, sizes, reached)
    if error is None:
        return Index(value, None, None, None, number, people, silent)
    margin = NORMAL.inv_cdf(0.5 + confidence / 2) * error
    low, high = max(0.0, value - margin), min(100.0, value + margin)
    return Index(value, low, high, error, number, people, silent)


def _standard_error(heard, sizes, reached):
    spread = {
        group: variance(points) for group, points in heard.items() if len(points) > 1
    }
    if not spread:
        # everybody was asked and answered: nothing is left to chance
        everybody = all(len(points) == sizes[group] for group, points in heard.items())
        return 0.0 if everybody else None
    freedom = sum(len(heard[group]) - 1 for group in spread)
    pooled = sum(spread[group] * (len(heard[group]) - 1) for group in spread) / freedom
    return sqrt(
        sum(
            (sizes[group] / reached) ** 2
            * (1 - len(points) / sizes[group])
            * spread.get(group, pooled)
            / len(points)
            for group, points in heard.items()
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
