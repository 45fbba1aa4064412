import unittest
from datetime import datetime, time, timedelta

from hypothesis import given, settings, strategies as st

from ...engine.worktime import Timeline, deadline, elapsed

# how long an example takes says something about the machine only
settings.register_profile("pm", deadline=None)
settings.load_profile("pm")

MONDAY = datetime(2026, 11, 23)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31))
DURATIONS = st.timedeltas(timedelta(), timedelta(days=20))


def office_hours(start, end):
    """9 to 12 and 13 to 18 on weekdays."""
    day = start.date() - timedelta(days=1)
    while day <= end.date():
        if day.weekday() < 5:
            for opens, closes in ((9, 12), (13, 18)):
                yield (
                    datetime.combine(day, time(opens)),
                    datetime.combine(day, time(closes)),
                )
        day += timedelta(days=1)


@st.composite
def pauses(draw):
    starts = draw(st.lists(MOMENTS, max_size=4))
    return [(start, start + draw(DURATIONS)) for start in starts]


CALENDARS = st.sampled_from((None, office_hours))


class TestElapsed(unittest.TestCase):
    def test_over_a_night_and_a_weekend(self):
        friday = MONDAY - timedelta(days=3)
        self.assertEqual(
            elapsed(friday.replace(hour=17), MONDAY.replace(hour=10), office_hours),
            timedelta(hours=2),
        )

    def test_paused_time_does_not_count(self):
        pause = (MONDAY.replace(hour=10), MONDAY.replace(hour=11, minute=30))
        self.assertEqual(
            elapsed(
                MONDAY.replace(hour=9), MONDAY.replace(hour=14), office_hours, [pause]
            ),
            timedelta(hours=2, minutes=30),
        )

    def test_a_pause_without_end_stands_still(self):
        pause = (MONDAY.replace(hour=10), None)
        now = MONDAY.replace(hour=17)
        self.assertEqual(
            elapsed(MONDAY.replace(hour=9), now, office_hours, [pause]),
            timedelta(hours=1),
        )

    @given(MOMENTS, DURATIONS, DURATIONS, CALENDARS, pauses())
    def test_additive(self, start, one, two, calendar, stops):
        middle, end = start + one, start + one + two
        self.assertEqual(
            elapsed(start, end, calendar, stops),
            elapsed(start, middle, calendar, stops)
            + elapsed(middle, end, calendar, stops),
        )

    @given(MOMENTS, DURATIONS, DURATIONS, CALENDARS, pauses())
    def test_monotone_and_never_more_than_the_wall_clock(
        self, start, one, two, calendar, stops
    ):
        shorter = elapsed(start, start + one, calendar, stops)
        longer = elapsed(start, start + one + two, calendar, stops)
        self.assertLessEqual(shorter, longer)
        self.assertLessEqual(longer, one + two)

    @given(MOMENTS, DURATIONS, CALENDARS)
    def test_zero_while_paused(self, start, length, calendar):
        pause = [(start, start + length)]
        self.assertEqual(elapsed(start, start + length, calendar, pause), timedelta())


class TestDeadline(unittest.TestCase):
    def test_four_hours_from_friday_evening(self):
        friday = MONDAY - timedelta(days=3)
        self.assertEqual(
            deadline(friday.replace(hour=16), timedelta(hours=4), office_hours),
            MONDAY.replace(hour=11),
        )

    def test_none_while_a_pause_lasts(self):
        start = MONDAY.replace(hour=9)
        self.assertIsNone(
            deadline(start, timedelta(hours=1), office_hours, [(start, None)])
        )

    @given(MOMENTS, DURATIONS, CALENDARS, pauses())
    def test_the_deadline_is_where_the_time_has_passed(
        self, start, duration, calendar, stops
    ):
        due = deadline(start, duration, calendar, stops)
        self.assertEqual(elapsed(start, due, calendar, stops), duration)
        if duration:
            just_before = due - timedelta(microseconds=1)
            self.assertLess(elapsed(start, just_before, calendar, stops), duration)


class TestTimeline(unittest.TestCase):
    """What is looked up equals what is counted."""

    def test_nothing_worked_for_ten_years(self):
        never = Timeline(lambda start, end: [], MONDAY)
        self.assertIsNone(never.deadline(MONDAY, timedelta(hours=1)))
        self.assertEqual(never.elapsed(MONDAY, MONDAY + timedelta(days=9)), timedelta())

    @given(MOMENTS, DURATIONS, CALENDARS, pauses(), st.booleans())
    def test_same_as_counted(self, start, duration, calendar, stops, paused):
        if paused and stops:
            stops[-1] = (stops[-1][0], None)
        timeline = Timeline(calendar, datetime(2026, 1, 1))
        self.assertEqual(
            timeline.deadline(start, duration, stops),
            deadline(start, duration, calendar, stops),
        )
        end = start + duration
        self.assertEqual(
            timeline.elapsed(start, end, stops), elapsed(start, end, calendar, stops)
        )

    @given(st.lists(st.tuples(MOMENTS, DURATIONS), min_size=2, max_size=6), CALENDARS)
    def test_one_timeline_for_many_clocks(self, clocks, calendar):
        timeline = Timeline(calendar, min(start for start, _ in clocks))
        for start, duration in clocks:
            self.assertEqual(
                timeline.deadline(start, duration), deadline(start, duration, calendar)
            )
