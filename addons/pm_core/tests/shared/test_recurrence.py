import unittest
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings, strategies as st

from ...engine.recurrence import (
    DAY,
    MONTH,
    WEEK,
    YEAR,
    Recurrence,
    moment,
    working_day,
)

# how long an example takes says something about the machine only
settings.register_profile("pm", deadline=None)
settings.load_profile("pm")

DATES = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@st.composite
def recurrences(draw):
    unit = draw(st.sampled_from((DAY, WEEK, MONTH, YEAR)))
    weekdays, nth = (), None
    if unit == WEEK:
        weekdays = tuple(draw(st.sets(st.integers(0, 6), max_size=7)))
    elif unit == MONTH and draw(st.booleans()):
        nth = draw(st.sampled_from((1, 2, 3, 4, -1)))
        weekdays = (draw(st.integers(0, 6)),)
    return Recurrence(draw(DATES), unit, draw(st.integers(1, 15)), weekdays, nth)


class TestRecurrence(unittest.TestCase):
    def days(self, recurrence, count):
        return [recurrence.slot(number) for number in range(count)]

    def test_month_end_does_not_drift(self):
        monthly = Recurrence(date(2027, 12, 31), MONTH)
        self.assertEqual(
            self.days(monthly, 4),
            [
                date(2027, 12, 31),
                date(2028, 1, 31),
                date(2028, 2, 29),
                date(2028, 3, 31),
            ],
        )

    def test_leap_day_each_year(self):
        yearly = Recurrence(date(2024, 2, 29), YEAR)
        self.assertEqual(yearly.slot(1), date(2025, 2, 28))
        self.assertEqual(yearly.slot(4), date(2028, 2, 29))

    def test_every_other_day(self):
        other_day = Recurrence(date(2026, 2, 27), DAY, 2)
        self.assertEqual(other_day.slot(1), date(2026, 3, 1))

    def test_weekdays_start_in_the_middle_of_a_week(self):
        # 2026-11-25 is a Wednesday: Monday of that week is past
        weekly = Recurrence(date(2026, 11, 25), WEEK, 2, (0, 2, 4))
        self.assertEqual(
            self.days(weekly, 4),
            [
                date(2026, 11, 25),
                date(2026, 11, 27),
                date(2026, 12, 7),
                date(2026, 12, 9),
            ],
        )

    def test_nth_and_last_weekday(self):
        second_tuesday = Recurrence(date(2026, 11, 12), MONTH, 1, (1,), 2)
        self.assertEqual(second_tuesday.slot(0), date(2026, 12, 8))
        last_friday = Recurrence(date(2026, 1, 1), MONTH, 1, (4,), -1)
        self.assertEqual(last_friday.slot(1), date(2026, 2, 27))

    def test_until_ends_the_plan(self):
        plan = Recurrence(date(2026, 1, 1), MONTH, until=date(2026, 3, 1))
        found = plan.between(date(2026, 1, 1), date(2027, 1, 1))
        self.assertEqual([number for number, _day in found], [0, 1, 2])

    def test_nonsense_is_refused(self):
        for arguments in (
            ("fortnight", 1),
            (DAY, 0),
            (WEEK, 1, (7,)),
            (MONTH, 1, (), 2),
            (MONTH, 1, (0,), 5),
        ):
            with self.subTest(arguments), self.assertRaises(ValueError):
                Recurrence(date(2026, 1, 1), *arguments)

    @given(recurrences(), st.integers(0, 200))
    def test_slots_rise_and_never_precede_the_start(self, recurrence, number):
        self.assertGreaterEqual(recurrence.slot(0), recurrence.start)
        self.assertLess(recurrence.slot(number), recurrence.slot(number + 1))

    @given(recurrences(), DATES, st.integers(0, 400))
    def test_a_window_shows_each_of_its_slots_once(self, recurrence, first, length):
        last = first + timedelta(days=length)
        found = list(recurrence.between(first, last))
        expected = []
        number = 0
        while (day := recurrence.slot(number)) <= last:
            if day >= first:
                expected.append((number, day))
            number += 1
        self.assertEqual(found, expected)

    @given(recurrences(), DATES, st.integers(1, 200), st.integers(1, 200))
    def test_windows_side_by_side_lose_and_repeat_nothing(
        self, recurrence, first, one, two
    ):
        middle = first + timedelta(days=one)
        last = middle + timedelta(days=two)
        parts = [
            *recurrence.between(first, middle),
            *recurrence.between(middle + timedelta(days=1), last),
        ]
        self.assertEqual(parts, list(recurrence.between(first, last)))


class TestWorkingDay(unittest.TestCase):
    def weekday(self, day):
        return day.weekday() < 5

    def test_policies_on_a_saturday(self):
        saturday = date(2026, 11, 28)
        for policy, expected in (
            ("same", saturday),
            ("next", date(2026, 11, 30)),
            ("previous", date(2026, 11, 27)),
            ("skip", None),
        ):
            with self.subTest(policy):
                self.assertEqual(working_day(saturday, self.weekday, policy), expected)

    def test_a_calendar_without_work_is_named(self):
        with self.assertRaises(ValueError):
            working_day(date(2026, 11, 28), lambda day: False, "next")


class TestMoment(unittest.TestCase):
    def test_local_hour_holds_across_daylight_saving(self):
        berlin = ZoneInfo("Europe/Berlin")
        winter = moment(date(2026, 3, 28), time(8), berlin)
        summer = moment(date(2026, 3, 29), time(8), berlin)
        self.assertEqual((winter.hour, summer.hour), (7, 6))

    def test_a_skipped_and_a_doubled_hour(self):
        berlin = ZoneInfo("Europe/Berlin")
        self.assertEqual(moment(date(2026, 3, 29), time(2, 30), berlin).hour, 1)
        self.assertEqual(moment(date(2026, 10, 25), time(2, 30), berlin).hour, 0)
