"""Working time between two moments, for service-level clocks.

Moments are naive UTC. A calendar is a function ``intervals(start, end)`` that
returns the working intervals in that window as sorted, disjoint (from, to) pairs;
``None`` stands for around the clock. Pauses are (from, to) pairs in any order, they
may overlap, and ``to`` is None while a pause lasts. A paused clock stands still.
"""

from datetime import datetime, timedelta

# How far a deadline is looked for at once, and at all.
SEARCH_STEP = timedelta(days=30)
SEARCH_LIMIT = timedelta(days=3660)


def merge(spans):
    """Return ``spans`` sorted and disjoint; empty ones are dropped."""
    merged = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def subtract(spans, holes):
    """Return ``spans`` without ``holes``; both sorted and disjoint."""
    left = []
    for start, end in spans:
        for hole_start, hole_end in holes:
            if hole_end <= start:
                continue
            if hole_start >= end:
                break
            if hole_start > start:
                left.append((start, hole_start))
            start = hole_end
            if start >= end:
                break
        if start < end:
            left.append((start, end))
    return left


def running(start, end, intervals=None, pauses=()):
    """Return the spans from ``start`` to ``end`` in which the clock runs."""
    if end <= start:
        return []
    window = [(start, end)]
    if intervals is not None:
        window = merge(
            (max(begins, start), min(ends, end))
            for begins, ends in intervals(start, end)
        )
    return subtract(window, merge((begins, ends or end) for begins, ends in pauses))


def elapsed(start, end, intervals=None, pauses=()):
    """Return the working time from ``start`` to ``end`` as ``timedelta``."""
    spans = running(start, end, intervals, pauses)
    return sum((ends - begins for begins, ends in spans), timedelta())


def deadline(start, duration, intervals=None, pauses=()):
    """Return the moment at which ``duration`` of working time has passed.

    None while a pause without an end stops the clock for good, or when the calendar
    has not that much working time within ten years.
    """
    left = duration
    begins = start
    if left <= timedelta():
        return start
    while begins < start + SEARCH_LIMIT:
        ends = begins + SEARCH_STEP
        open_pauses = [(a, b if b is not None else datetime.max) for a, b in pauses]
        for span_start, span_end in running(begins, ends, intervals, open_pauses):
            if span_end - span_start >= left:
                return span_start + left
            left -= span_end - span_start
        begins = ends
    return None
