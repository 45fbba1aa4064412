"""How a figure becomes a score from 0 to 100, and a score a grade.

Plain numbers, no database: what appraisals and figures share, tested alone.
"""

from bisect import bisect_right

PROPORTIONAL, PASS_FAIL, DEDUCT, BANDS = "proportional", "pass_fail", "deduct", "bands"
RULES = (PROPORTIONAL, PASS_FAIL, DEDUCT, BANDS)
FULL = 100.0
# 19 of 20 is 95 %, also in binary
TOLERANCE = 1e-9


def shortfall(value, target, higher=True):
    """By how much ``value`` misses ``target``; 0 when it reaches it.

    :param higher: whether more is better; else less is better
    """
    missing = target - value if higher else value - target
    return missing if missing > TOLERANCE else 0.0


def score(value, target, higher=True, rule=PROPORTIONAL, per_unit=0.0, bands=()):
    """Return the score of a figure, from 0 to 100.

    Reaching the target gives 100 under each rule except by bands.

    :param higher: whether more is better; else less is better
    :param rule: "proportional": the part of the target that was reached;
        "pass_fail": all or nothing; "deduct": ``per_unit`` points off for each unit
        short of the target; "bands": the points of the best band reached
    :param bands: (limit, points); with more being better a band is reached from its
        limit upwards, else from its limit downwards; below all bands 0
    :raises ValueError: unknown rule
    """
    missing = shortfall(value, target, higher)
    if rule == BANDS:
        return _clamp(_band(value, bands, higher))
    if rule not in RULES:
        raise ValueError(f"unknown scoring rule {rule!r}")
    if not missing:
        return FULL
    if rule == PASS_FAIL:
        return 0.0
    if rule == DEDUCT:
        return _clamp(FULL - per_unit * missing)
    good, bad = (value, target) if higher else (target, value)
    # a target of zero, or a figure below zero, has no part to be reached
    return _clamp(FULL * good / bad) if good > 0 and bad > 0 else 0.0


def _band(value, bands, higher):
    reached = [
        (limit, points)
        for limit, points in bands
        if not shortfall(value, limit, higher)
    ]
    if not reached:
        return 0.0
    return (max if higher else min)(reached)[1]


def _clamp(points):
    return min(max(points, 0.0), FULL)


def weighted(scores):
    """Return the mean of (score, weight), or None without any weight."""
    scores = list(scores)
    total = sum(weight for _score, weight in scores)
    if total <= 0:
        return None
    return sum(points * weight for points, weight in scores) / total


def grade(points, limits):
    """Return the index in ``limits`` of the band in which ``points`` lie.

    :param limits: lower limits, ascending; a band reaches up to the next limit, so
        that there is neither a gap nor an overlap
    :returns: None below the lowest limit
    """
    index = bisect_right([limit - TOLERANCE for limit in limits], points) - 1
    return index if index >= 0 else None
