"""Duty patterns: who works which shift on which day.

A pattern is a cycle of days, each with a shift or off: four days on and two off, or
day, day, night, night, off, off. The day of the cycle follows from the anchor and the
distance to it alone, so that nothing drifts over months, leap years or a change of
the year, and a month can be computed without the month before it.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

MINUTES_PER_DAY = 24 * 60


@dataclass(frozen=True)
class Cycle:
    """A pattern that repeats.

    :param entries: one a day, a shift (anything hashable) or None for off
    :param anchor: a day that is the first of the cycle for those of offset 0
    """

    entries: tuple
    anchor: date

    def __post_init__(self):
        if not self.entries:
            raise ValueError("a pattern has one day or more")

    def on(self, day, offset=0):
        """Return the entry of ``day``.

        :param offset: days that a person is ahead of the pattern; any whole number
        """
        return self.entries[((day - self.anchor).days + offset) % len(self.entries)]

    def between(self, first, last, offset=0):
        """Yield (day, shift) of the days on duty from ``first`` to ``last``."""
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            entry = self.on(day, offset)
            if entry is not None:
                yield day, entry


def span(day, start, hours, zone):
    """Return the UTC moments (naive) at which a shift begins and ends.

    Both ends are read from the clock on the wall of the estate: a night over which
    daylight saving changes is an hour longer or shorter, as it is worked.

    :param float start: local hour of the beginning, 0 to 24 (20.5 is half past eight)
    :param float hours: length by the clock; more than what is left of the day runs
        into the next
    :param zone: ``zoneinfo.ZoneInfo`` of the estate
    """
    first = round(start * 60)
    return (
        _moment(day, first, zone),
        _moment(day, first + round(hours * 60), zone),
    )


def _moment(day, minutes, zone):
    days, minutes = divmod(minutes, MINUTES_PER_DAY)
    wall = time(minutes // 60, minutes % 60)
    local = datetime.combine(day + timedelta(days=days), wall, tzinfo=zone)
    return local.astimezone(timezone.utc).replace(tzinfo=None)


def month_bounds(day):
    """Return the first and the last day of the month of ``day``."""
    first = day.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return first, following - timedelta(days=1)
