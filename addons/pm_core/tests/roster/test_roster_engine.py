"""Duty patterns and the moments of shifts, without a database."""

import unittest
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings, strategies as st

from ...engine.roster import Cycle, month_bounds, span

# the first example takes long on a busy machine
calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
offsets = st.integers(-400, 400)
cycles = st.builds(
    Cycle,
    st.lists(st.sampled_from(["D", "N", None]), min_size=1, max_size=14).map(tuple),
    days,
)
FOUR_TWO = Cycle(("D", "D", "D", "D", None, None), date(2024, 1, 1))


class TestCycle(unittest.TestCase):
    def test_four_on_two_off(self):
        worked = [
            day.day for day, _ in FOUR_TWO.between(date(2024, 1, 1), date(2024, 1, 14))
        ]
        self.assertEqual(worked, [1, 2, 3, 4, 7, 8, 9, 10, 13, 14])

    def test_over_a_leap_day(self):
        # 29 February 2024 is the 59th day after the anchor: day 6 of the cycle
        self.assertIsNone(FOUR_TWO.on(date(2024, 2, 29)))
        self.assertEqual(FOUR_TWO.on(date(2024, 3, 1)), "D")

    def test_a_day_ahead(self):
        self.assertEqual(
            FOUR_TWO.on(date(2024, 1, 4), 1), FOUR_TWO.on(date(2024, 1, 5))
        )

    def test_empty_pattern(self):
        with self.assertRaises(ValueError):
            Cycle((), date(2024, 1, 1))

    @calm
    @given(cycles, days, offsets)
    def test_repeats_for_ever(self, cycle, day, offset):
        length = len(cycle.entries)
        self.assertEqual(
            cycle.on(day, offset), cycle.on(day + timedelta(days=length), offset)
        )
        self.assertEqual(cycle.on(day, offset), cycle.on(day, offset + length))

    @calm
    @given(cycles, offsets)
    def test_starts_at_the_anchor(self, cycle, offset):
        length = len(cycle.entries)
        self.assertEqual(cycle.on(cycle.anchor), cycle.entries[0])
        self.assertEqual(cycle.on(cycle.anchor, offset), cycle.entries[offset % length])

    @calm
    @given(cycles, days, offsets)
    def test_months_join_without_loss(self, cycle, day, offset):
        """A year by months is the year in one go: nothing drifts or comes twice."""
        first = day.replace(month=1, day=1)
        last = day.replace(month=12, day=31)
        monthly = []
        month = first
        while month <= last:
            _, end = month_bounds(month)
            monthly += cycle.between(month, end, offset)
            month = end + timedelta(days=1)
        self.assertEqual(monthly, list(cycle.between(first, last, offset)))

    @calm
    @given(days, offsets)
    def test_crews_relieve_each_other(self, day, offset):
        """Three crews of 4-on-2-off, two days apart: two crews work on every day."""
        on = [FOUR_TWO.on(day, offset + crew) for crew in (0, 2, 4)]
        self.assertEqual(on.count("D"), 2)

    @calm
    @given(days)
    def test_month_bounds(self, day):
        first, last = month_bounds(day)
        self.assertEqual((first.day, first.month), (1, day.month))
        self.assertEqual((last + timedelta(days=1)).day, 1)
        self.assertTrue(first <= day <= last)


class TestSpan(unittest.TestCase):
    def test_night_in_shanghai(self):
        self.assertEqual(
            span(date(2026, 11, 30), 20, 12, SHANGHAI),
            (datetime(2026, 11, 30, 12), datetime(2026, 12, 1, 0)),
        )

    def test_half_hours(self):
        self.assertEqual(
            span(date(2026, 11, 30), 7.5, 8.25, SHANGHAI),
            (datetime(2026, 11, 29, 23, 30), datetime(2026, 11, 30, 7, 45)),
        )

    def test_clocks_go_back(self):
        start, stop = span(date(2026, 10, 24), 20, 12, BERLIN)
        self.assertEqual(stop - start, timedelta(hours=13))

    def test_clocks_go_forward(self):
        start, stop = span(date(2026, 3, 28), 20, 12, BERLIN)
        self.assertEqual(stop - start, timedelta(hours=11))

    def test_whole_day(self):
        start, stop = span(date(2026, 11, 30), 8, 24, SHANGHAI)
        self.assertEqual(stop - start, timedelta(days=1))

    @calm
    @given(days, st.integers(0, 23), st.integers(1, 24))
    def test_reliefs_meet(self, day, hour, hours):
        """A shift ends at the moment at which its relief begins, also in DST nights."""
        if hours == 24:
            return
        first = span(day, hour, hours, BERLIN)
        after, at = divmod(hour + hours, 24)
        relief = span(day + timedelta(days=after), at, 24 - hours, BERLIN)
        self.assertEqual(first[1], relief[0])
        self.assertEqual(relief[1], span(day + timedelta(days=1), hour, 1, BERLIN)[0])
        self.assertLess(first[0], first[1])
