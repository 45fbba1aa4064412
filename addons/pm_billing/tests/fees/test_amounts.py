from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings, strategies as st

from odoo.tests import BaseCase, tagged

from ...engine.amounts import (
    CENT,
    credit_steps,
    credit_steps_between,
    month_lines,
    month_steps,
    round_money,
    steps_from_rows,
    steps_to_rows,
)

DAYS = st.dates(date(2015, 1, 1), date(2030, 12, 31))
MONEY = st.decimals("0.01", "100000", places=2)


def total(monthly, first, last, proration="days", rounding=CENT):
    steps = month_steps(Decimal(monthly), first, last, proration, rounding)
    return sum(step.amount for step in steps)


@tagged("post_install", "-at_install")
class TestAmounts(BaseCase):
    """Figures of courts and published examples; the sources are named with them."""

    def test_lines_of_a_month(self):
        area, price, surcharge = Decimal("138.57"), Decimal("5.80"), Decimal(12)
        self.assertEqual(
            month_lines("area", area, price, surcharge), (Decimal("803.706"), 12)
        )
        self.assertEqual(month_lines("fixed", area, price, surcharge), (12,))
        self.assertEqual(month_lines("whole", area, price, surcharge), (12,))
        with self.assertRaises(ValueError):
            month_lines("guess", area, price, surcharge)

    def test_months_are_rounded_one_by_one(self):
        """Shanghai Pudong 2013 No. 30910: 379.47 m² × 6.90, July 2012 to Sept. 2013."""
        steps = month_steps(
            Decimal("379.47") * Decimal("6.90"), date(2012, 7, 1), date(2013, 9, 30)
        )
        self.assertEqual({step.amount for step in steps}, {Decimal("2618.34")})
        self.assertEqual(sum(step.amount for step in steps), Decimal("39275.10"))

    def test_34_months(self):
        """A claim of January 2010 to October 2012 at 3,518.62 a month."""
        amount = total("3518.62", date(2010, 1, 1), date(2012, 10, 31))
        self.assertEqual(amount, Decimal("119633.08"))

    def test_77_months(self):
        """Guangzhou (2021) 0104 No. 13295: 1.05 × 5,820 m², 2015-01 to 2021-05."""
        monthly = Decimal("1.05") * 5820
        amount = total(monthly, date(2015, 1, 1), date(2021, 5, 31))
        self.assertEqual(amount, Decimal("470547.00"))

    def test_price_that_rose(self):
        """Macheng (2024) 1181 No. 4534: 105.73 m², 0.90 then 1.00; court: 8,183.5."""
        area = Decimal("105.73")
        amount = total(area * Decimal("0.9"), date(2017, 7, 1), date(2017, 12, 31))
        amount += total(area, date(2018, 1, 1), date(2023, 12, 31))
        self.assertEqual(round_money(amount, Decimal("0.1")), Decimal("8183.5"))

    def test_part_of_a_month(self):
        """Published examples of rent by days of the month."""
        for monthly, first, last, expected in [
            (1000, date(2026, 8, 20), date(2026, 8, 31), "387.10"),
            (1000, date(2026, 9, 1), date(2026, 9, 14), "466.67"),
            (1350, date(2026, 11, 1), date(2026, 11, 16), "720.00"),
            (600, date(2026, 11, 18), date(2026, 11, 30), "260.00"),
            (290, date(2024, 2, 29), date(2024, 2, 29), "10.00"),
        ]:
            with self.subTest(monthly=monthly, first=first):
                self.assertEqual(total(monthly, first, last), Decimal(expected))

    def test_steps_explain_themselves(self):
        steps = month_steps(Decimal(310), date(2026, 8, 20), date(2026, 10, 10))
        self.assertEqual(
            [(s.month, s.days, s.of_days, s.amount) for s in steps],
            [
                (date(2026, 8, 1), 12, 31, Decimal("120.00")),
                (date(2026, 9, 1), 30, 30, Decimal("310.00")),
                (date(2026, 10, 1), 10, 31, Decimal("100.00")),
            ],
        )

    def test_whole_month_for_a_part(self):
        period = date(2026, 8, 20), date(2026, 10, 10)
        self.assertEqual(total(100, *period, "full"), 300)

    def test_hand_over_within_a_month(self):
        """The developer pays through the month of the hand-over, the owner then on."""
        before = total(100, date(2026, 8, 1), date(2026, 8, 19), "next")
        after = total(100, date(2026, 8, 20), date(2026, 9, 30), "next")
        self.assertEqual((before, after), (100, 100))

    def test_half_a_cent_goes_up(self):
        for amount, rounding, expected in [
            ("0.005", "0.01", "0.01"),
            ("2.675", "0.01", "2.68"),
            ("0.0049", "0.01", "0.00"),
            ("12.34", "0.05", "12.35"),
            ("12.5", "1", "13"),
        ]:
            with self.subTest(amount=amount):
                self.assertEqual(
                    round_money(Decimal(amount), Decimal(rounding)), Decimal(expected)
                )

    @given(monthly=MONEY, first=DAYS, length=st.integers(0, 900))
    @settings(max_examples=200, deadline=None)
    def test_steps_add_up(self, monthly, first, length):
        """The steps cover the period day by day; whole months cost the same."""
        last = first + timedelta(days=length)
        steps = month_steps(monthly, first, last)
        self.assertEqual(sum(step.days for step in steps), length + 1)
        exact = Decimal()
        for step in steps:
            self.assertEqual(step.amount, step.amount.quantize(CENT))
            self.assertLessEqual(step.days, step.of_days)
            if step.days == step.of_days:
                self.assertEqual(step.amount, monthly)
            exact += monthly * step.days / step.of_days
        amount = sum(step.amount for step in steps)
        self.assertLessEqual(abs(amount - exact), len(steps) * CENT / 2)

    @given(monthly=MONEY, first=DAYS, months=st.lists(st.integers(1, 5), max_size=4))
    @settings(max_examples=100, deadline=None)
    def test_the_cycle_makes_no_difference(self, monthly, first, months):
        """Billing by month, quarter or year comes to the same in the end."""
        start, whole = first, Decimal()
        for number in months:
            index = start.year * 12 + start.month - 1 + number
            following = date(index // 12, index % 12 + 1, 1)
            whole += total(monthly, start, following - timedelta(days=1))
            start = following
        if months:
            self.assertEqual(whole, total(monthly, first, start - timedelta(days=1)))

    @given(monthly=MONEY, day=DAYS, proration=st.sampled_from(["days", "full", "next"]))
    @settings(max_examples=100, deadline=None)
    def test_never_more_than_the_months(self, monthly, day, proration):
        last = day + timedelta(days=45)
        steps = month_steps(monthly, day, last, proration)
        for step in steps:
            self.assertTrue(0 <= step.amount <= monthly)

    @given(
        monthly=MONEY,
        first=DAYS,
        length=st.integers(0, 400),
        kept=st.integers(0, 400),
        proration=st.sampled_from(["days", "full", "next"]),
    )
    @settings(max_examples=300, deadline=None)
    def test_what_is_given_back(self, monthly, first, length, kept, proration):
        """All of it where nothing stays, nothing where all does, never too much."""
        last = first + timedelta(days=length)
        keep_to = min(first + timedelta(days=kept), last)
        steps = month_steps(monthly, first, last, proration)

        def given_back(until):
            found = credit_steps(steps, first, last, until, proration)
            return sum((step.amount for step in found), Decimal())

        whole = sum(step.amount for step in steps)
        self.assertEqual(given_back(first - timedelta(days=1)), whole)
        self.assertEqual(given_back(last), 0)
        self.assertTrue(0 <= given_back(keep_to) <= whole)
        if proration == "days" and keep_to < last:
            # what stays is what those days cost, but for the rounding of a month
            stays = whole - given_back(keep_to)
            self.assertLessEqual(abs(stays - total(monthly, first, keep_to)), CENT)

    def test_given_back_for_the_days_between(self):
        """From 11 to 20 November, where the days from the 21st were given back."""
        first, last = date(2026, 10, 1), date(2026, 12, 31)
        steps = month_steps(Decimal(300), first, last)
        found = credit_steps_between(
            steps, first, last, date(2026, 11, 11), date(2026, 11, 20)
        )
        self.assertEqual(
            [(step.month, step.days, step.amount) for step in found],
            [(date(2026, 11, 1), 10, Decimal(100))],
        )

    @given(
        monthly=MONEY,
        first=DAYS,
        length=st.integers(0, 400),
        cuts=st.lists(st.integers(0, 400), max_size=4),
        proration=st.sampled_from(["days", "full", "next"]),
    )
    @settings(max_examples=300, deadline=None)
    def test_credits_add_up_to_the_charge(
        self, monthly, first, length, cuts, proration
    ):
        """However a charge is given back piece by piece, from its end on."""
        last = first + timedelta(days=length)
        steps = month_steps(monthly, first, last, proration)
        starts = sorted({min(cut, length) for cut in cuts} | {0}, reverse=True)
        day_to, amount = last, Decimal()
        for start in starts:
            day_from = first + timedelta(days=start)
            for step in credit_steps_between(
                steps, first, last, day_from, day_to, proration
            ):
                self.assertGreaterEqual(step.amount, 0)
                amount += step.amount
            day_to = day_from - timedelta(days=1)
        self.assertEqual(amount, sum(step.amount for step in steps))

    @given(monthly=MONEY, first=DAYS, length=st.integers(0, 400))
    def test_months_are_kept_as_they_are(self, monthly, first, length):
        steps = month_steps(monthly, first, first + timedelta(days=length))
        self.assertEqual(steps_from_rows(steps_to_rows(steps)), steps)
