"""How long a machine ran, stood still and was repaired; plain arithmetic, in hours."""

from datetime import timedelta

HOUR = timedelta(hours=1)


def hours_down(spans, begin, end):
    """Hours between ``begin`` and ``end`` that lie in any of the spans, each once.

    :param spans: (start, stop) of downtimes, in any order, overlapping or not; a stop
        of None lasts until ``end``
    """
    total, reached = timedelta(), begin
    for start, stop in sorted((start, stop or end) for start, stop in spans):
        start, stop = max(start, reached), min(stop, end)
        if stop > start:
            total += stop - start
            reached = stop
    return total / HOUR


def between_failures(lifetime, down, failures):
    """MTBF: hours in operation for each failure; 0 where there was none."""
    return max(lifetime - down, 0) / failures if failures else 0


def to_repair(times):
    """MTTR: mean of the hours from report to done; 0 where nothing was repaired."""
    return sum(times) / len(times) if times else 0


def availability(lifetime, down):
    """Part of the time, in percent, in which the machine was not down."""
    return 100 * max(lifetime - down, 0) / lifetime if lifetime > 0 else 100
