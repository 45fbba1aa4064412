"""Slots of a recurring plan: inspections, servicing, meter rounds, reminders.

Slot N is computed from the start and N alone. So nothing drifts (31 January, then
28 or 29 February, then 31 March), no slot comes twice, and (plan, N) is a key that
makes generation idempotent. Days are local days of the estate; :func:`moment` turns
a local time into UTC and holds across daylight-saving changes.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

DAY, WEEK, MONTH, YEAR = "day", "week", "month", "year"
# Days searched for a working day; the longest Chinese holiday has eight.
LONGEST_CLOSURE = 62


@dataclass(frozen=True)
class Recurrence:
    """Every so many days, weeks, months or years from a first day.

    :param start: the first day; slots never lie before it
    :param unit: "day", "week", "month" or "year"
    :param every: how many units lie between slots, 1 or more
    :param weekdays: with "week": the days of the week, 0 for Monday; empty for
        the weekday of the start
    :param nth: with "month": 1 to 4 for the first to fourth, -1 for the last
        ``weekdays[0]`` of the month; None for the day of the month of the start
    :param until: last day, or None
    """

    start: date
    unit: str
    every: int = 1
    weekdays: tuple[int, ...] = ()
    nth: int | None = None
    until: date | None = None

    def __post_init__(self):
        if self.unit not in (DAY, WEEK, MONTH, YEAR):
            raise ValueError(f"unknown unit {self.unit!r}")
        if self.every < 1:
            raise ValueError("a plan recurs every 1 unit or more")
        if any(not 0 <= day <= 6 for day in self.weekdays):
            raise ValueError("weekdays run from 0 for Monday to 6 for Sunday")
        if self.nth is not None:
            if self.unit != MONTH or len(self.weekdays) != 1:
                raise ValueError("the nth weekday needs months and one weekday")
            if self.nth not in (1, 2, 3, 4, -1):
                raise ValueError("nth is 1 to 4, or -1 for the last")

    def slot(self, number):
        """Return the day of slot ``number`` (0 is the first), whatever ``until``."""
        number += self._skipped()
        if self.unit == DAY:
            return self.start + timedelta(days=number * self.every)
        if self.unit == WEEK:
            return self._weekly(number)
        if self.unit == YEAR:
            return self._month_day(number * self.every * 12)
        if self.nth is not None:
            return self._nth_weekday(number * self.every)
        return self._month_day(number * self.every)

    def between(self, first, last):
        """Yield (number, day) of the slots from ``first`` to ``last``, inclusive."""
        if self.until:
            last = min(last, self.until)
        number = self._number_near(first)
        while True:
            day = self.slot(number)
            if day > last:
                return
            if day >= first:
                yield number, day
            number += 1

    def _skipped(self):
        """Number of slots of the first week or month that lie before the start."""
        if self.unit == WEEK:
            monday_based = self._sorted_weekdays()
            return sum(day < self.start.weekday() for day in monday_based)
        if self.nth is not None:
            return int(self._nth_weekday(0) < self.start)
        return 0

    def _sorted_weekdays(self):
        return sorted(set(self.weekdays)) or [self.start.weekday()]

    def _weekly(self, number):
        days = self._sorted_weekdays()
        week, index = divmod(number, len(days))
        monday = self.start - timedelta(days=self.start.weekday())
        return monday + timedelta(weeks=week * self.every, days=days[index])

    def _month_day(self, months):
        year, month = _add_months(self.start, months)
        return date(year, month, min(self.start.day, monthrange(year, month)[1]))

    def _nth_weekday(self, months):
        year, month = _add_months(self.start, months)
        first_weekday, days = monthrange(year, month)
        offset = (self.weekdays[0] - first_weekday) % 7
        if self.nth > 0:
            return date(year, month, 1 + offset + 7 * (self.nth - 1))
        return date(year, month, 1 + offset + (days - 1 - offset) // 7 * 7)

    def _number_near(self, day):
        """Return a slot number at or shortly before ``day``, without counting up."""
        if day <= self.start:
            return 0
        if self.unit in (DAY, WEEK):
            per_unit = len(self._sorted_weekdays()) if self.unit == WEEK else 1
            length = self.every * (7 if self.unit == WEEK else 1)
            estimate = (day - self.start).days // length * per_unit
            return max(0, estimate - 2 * per_unit)
        months = (day.year - self.start.year) * 12 + day.month - self.start.month
        step = self.every * (12 if self.unit == YEAR else 1)
        return max(0, months // step - 2)


def _add_months(day, months):
    index = day.year * 12 + day.month - 1 + months
    return index // 12, index % 12 + 1


def working_day(day, is_working, policy="same"):
    """Return the day a slot is worked on; the slots themselves never move.

    :param is_working: function from a day to whether it is a working day
    :param policy: "same" keeps the day, "next" or "previous" moves to the nearest
        working day that way, "skip" gives None on a day off
    :raises ValueError: no working day within two months
    """
    if policy == "same" or is_working(day):
        return day
    if policy == "skip":
        return None
    step = {"next": 1, "previous": -1}[policy]
    for distance in range(1, LONGEST_CLOSURE):
        candidate = day + timedelta(days=step * distance)
        if is_working(candidate):
            return candidate
    raise ValueError(f"no working day within {LONGEST_CLOSURE} days of {day}")


def moment(day, at, zone):
    """Return the UTC moment (naive) of a local day and time.

    A time that daylight saving skips is moved on by the gap; of a time that comes
    twice the first one counts.

    :param time at: local time of day
    :param zone: ``zoneinfo.ZoneInfo`` of the estate
    """
    local = datetime.combine(day, at if at is not None else time(), tzinfo=zone)
    return local.astimezone(timezone.utc).replace(tzinfo=None)


def local_day(at, zone):
    """Return the local day of a UTC moment (naive)."""
    return at.replace(tzinfo=timezone.utc).astimezone(zone).date()
