"""Working time between two moments, for service-level clocks.

Moments are naive UTC. A calendar is a function ``intervals(start, end)`` that
returns the working intervals in that window as sorted, disjoint (from, to) pairs;
``None`` stands for around the clock. Pauses are (from, to) pairs in any order, they
may overlap, and ``to`` is None while a pause lasts. A paused clock stands still.
"""

from bisect import bisect_left, bisect_right
from datetime import datetime, timedelta

# How far a deadline is looked for at once, and at all.
SEARCH_STEP = timedelta(days=30)
SEARCH_LIMIT = timedelta(days=3660)
# How much of a calendar is read at once for many clocks.
READ_STEP = timedelta(days=90)


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


_EPOCH = datetime(1970, 1, 1)
_TICK = timedelta(microseconds=1)


def _ticks(moment):
    return (moment - _EPOCH) // _TICK


def _moment(ticks):
    return _EPOCH + ticks * _TICK


class Timeline:
    """The working time of one calendar, read once, for any number of clocks.

    Gives what :func:`elapsed` and :func:`deadline` give, by looking positions up in
    a running sum instead of walking through the intervals for each clock. The
    calendar is read as far as it is asked for, in steps.

    :param intervals: the calendar, or None for around the clock
    :param begin: no clock starts before this moment
    """

    def __init__(self, intervals, begin):
        self._intervals = intervals
        self._origin = begin
        self._begin = _ticks(begin)
        self._read_to = begin
        self._starts, self._ends = [], []
        # working time before each interval, and at the end of the last one
        self._sums = [0]

    def elapsed(self, start, end, pauses=()):
        """Return the working time from ``start`` to ``end`` as ``timedelta``."""
        if end <= start:
            return timedelta()
        worked = self._between(_ticks(start), _ticks(end))
        for begins, ends in merge((a, b or end) for a, b in pauses):
            begins, ends = max(begins, start), min(ends, end)
            if begins < ends:
                worked -= self._between(_ticks(begins), _ticks(ends))
        return worked * _TICK

    def deadline(self, start, duration, pauses=()):
        """Return when ``duration`` of working time has passed since ``start``.

        None while a pause without an end stops the clock for good, or when the
        calendar has not that much working time within ten years.
        """
        if duration <= timedelta():
            return start
        wanted = self._worked(_ticks(start)) + duration // _TICK
        due = self._reached(wanted)
        for begins, ends in merge((a, b or datetime.max) for a, b in pauses):
            begins = max(begins, start)
            if begins >= ends:
                continue
            if due is not None and due <= _ticks(begins):
                break
            if ends == datetime.max:
                return None
            wanted += self._between(_ticks(begins), _ticks(ends))
            due = self._reached(wanted)
        return None if due is None else _moment(due)

    def _between(self, start, end):
        return self._worked(end) - self._worked(start)

    def _worked(self, ticks):
        """Return the working time from the origin to a moment."""
        if self._intervals is None:
            return ticks - self._begin
        while ticks > _ticks(self._read_to):
            self._read()
        index = bisect_right(self._starts, ticks) - 1
        if index < 0:
            return 0
        into = min(ticks, self._ends[index]) - self._starts[index]
        return self._sums[index] + into

    def _reached(self, wanted):
        """Return the first moment at which so much has been worked, or None."""
        if self._intervals is None:
            return self._begin + wanted
        while self._sums[-1] < wanted:
            if self._read_to >= self._origin + SEARCH_LIMIT:
                return None
            self._read()
        index = max(bisect_left(self._sums, wanted) - 1, 0)
        return self._starts[index] + wanted - self._sums[index]

    def _read(self):
        """Read the calendar one step further."""
        begins, ends = self._read_to, self._read_to + READ_STEP
        for start, end in running(begins, ends, self._intervals):
            self._starts.append(_ticks(start))
            self._ends.append(_ticks(end))
            self._sums.append(self._sums[-1] + self._ends[-1] - self._starts[-1])
        self._read_to = ends
