from datetime import date, timedelta

from hypothesis import given, settings, strategies as st

from odoo.tests import BaseCase, tagged

from ...engine.periods import due_day, month_first, month_index, month_last, periods

DAYS = st.dates(date(2015, 1, 1), date(2030, 12, 31))
CYCLES = st.integers(1, 12)
TIMINGS = st.sampled_from(["advance", "arrears"])
LAST_DAY = date(2034, 12, 31)


@tagged("post_install", "-at_install")
class TestPeriods(BaseCase):
    def test_months(self):
        self.assertEqual(
            month_first(month_index(date(2026, 11, 24))), date(2026, 11, 1)
        )
        self.assertEqual(month_last(month_index(date(2024, 2, 3))), date(2024, 2, 29))
        self.assertEqual(month_last(month_index(date(2025, 12, 3))), date(2025, 12, 31))

    def test_month_in_advance(self):
        found = periods(
            date(2026, 1, 1), None, 1, date(2026, 11, 1), date(2026, 12, 31)
        )
        self.assertEqual(
            found,
            [
                (date(2026, 11, 1), date(2026, 11, 30)),
                (date(2026, 12, 1), date(2026, 12, 31)),
            ],
        )

    def test_quarters_count_from_the_month_of_the_start(self):
        """A fee of 15 February has quarters from February, May, August, November."""
        start, end = date(2026, 2, 15), None
        found = periods(start, end, 3, date(2026, 1, 1), date(2026, 12, 31))
        self.assertEqual(
            found,
            [
                (date(2026, 2, 15), date(2026, 4, 30)),
                (date(2026, 5, 1), date(2026, 7, 31)),
                (date(2026, 8, 1), date(2026, 10, 31)),
                (date(2026, 11, 1), date(2027, 1, 31)),
            ],
        )

    def test_quarters_in_arrears_fall_due_with_their_last_day(self):
        window = (date(2026, 4, 1), date(2026, 9, 29))
        found = periods(date(2026, 1, 1), None, 3, *window, timing="arrears")
        self.assertEqual(found, [(date(2026, 4, 1), date(2026, 6, 30))])

    def test_start_and_end_cut(self):
        found = periods(
            date(2026, 11, 10),
            date(2027, 1, 5),
            1,
            date(2026, 11, 1),
            date(2027, 3, 31),
        )
        self.assertEqual(
            found,
            [
                (date(2026, 11, 10), date(2026, 11, 30)),
                (date(2026, 12, 1), date(2026, 12, 31)),
                (date(2027, 1, 1), date(2027, 1, 5)),
            ],
        )

    def test_nothing_outside_of_the_fee(self):
        fee = (date(2026, 3, 1), date(2026, 5, 31), 1)
        self.assertFalse(periods(*fee, date(2026, 1, 1), date(2026, 2, 28)))
        self.assertFalse(periods(*fee, date(2026, 6, 1), date(2026, 12, 31)))

    def test_a_31st_does_not_drift(self):
        found = periods(date(2024, 1, 31), None, 1, date(2024, 1, 1), date(2024, 4, 30))
        self.assertEqual(
            [first for first, _last in found],
            [date(2024, 1, 31), *(date(2024, month, 1) for month in (2, 3, 4))],
        )

    @given(start=DAYS, length=st.integers(0, 1500), cycle=CYCLES, timing=TIMINGS)
    @settings(max_examples=200, deadline=None)
    def test_periods_tile_the_fee(self, start, length, cycle, timing):
        """No gap, no overlap, from the first day of the fee to its last."""
        end = start + timedelta(days=length)
        found = periods(start, end, cycle, month_first(month_index(start)), LAST_DAY)
        self.assertEqual(found[0][0], start)
        self.assertEqual(found[-1][1], end)
        for (_first, last), (following, _last) in zip(
            found[:-1], found[1:], strict=True
        ):
            self.assertEqual(following, last + timedelta(days=1))
        for first, last in found:
            self.assertLessEqual(first, last)
            months = month_index(last) - month_index(first) + 1
            self.assertLessEqual(months, cycle)
        # when they fall due makes no difference to where they lie
        other = periods(start, end, cycle, date(2000, 1, 1), LAST_DAY, timing)
        self.assertEqual(other, found)

    @given(
        start=DAYS,
        end=DAYS,
        cycle=CYCLES,
        timing=TIMINGS,
        cuts=st.lists(DAYS, min_size=2, max_size=6),
    )
    @settings(max_examples=300, deadline=None)
    def test_periods_do_not_depend_on_the_window(self, start, end, cycle, timing, cuts):
        """Windows that follow each other find what one window finds, once."""
        end = max(start, end)
        cuts = sorted({*cuts, max(cuts) + timedelta(days=40)})
        whole = periods(
            start, end, cycle, cuts[0], cuts[-1] - timedelta(days=1), timing
        )
        pieces = []
        for first, following in zip(cuts[:-1], cuts[1:], strict=True):
            last = following - timedelta(days=1)
            pieces += periods(start, end, cycle, first, last, timing)
        self.assertEqual(pieces, whole)

    @given(start=DAYS, cycle=CYCLES, timing=TIMINGS, window=DAYS)
    @settings(max_examples=300, deadline=None)
    def test_the_day_on_which_a_period_falls_due(self, start, cycle, timing, window):
        last = window + timedelta(days=400)
        for first, ends in periods(start, None, cycle, window, last, timing):
            for day in (first, ends):
                due = due_day(day, start, cycle, timing)
                self.assertEqual(
                    due, due_day(first, start, cycle, timing), "one period, one day"
                )
                self.assertTrue(window <= due <= last)
