from datetime import date, timedelta
from decimal import Decimal

from hypothesis import assume, given, settings, strategies as st

from odoo.tests import BaseCase, tagged

from ...engine.amounts import Rounding, credit_steps, month_steps
from ...engine.periods import month_first, month_index, month_last
from ...engine.stretches import Change, stretches

DAYS = st.dates(date(2020, 1, 1), date(2027, 12, 31))
MONEY = st.decimals("0.01", "100000", places=2)
PRORATIONS = ("days", "thirty", "year", "period")


def total(price, changes, first, last, **settings_):
    rows = stretches(lambda p, s: (p, s), price, Decimal(), changes, first, last)
    steps = month_steps([row.stretch for row in rows], first, last, **settings_)
    return sum((step.amount for step in steps), Decimal())


@tagged("post_install", "-at_install")
class TestStretches(BaseCase):
    def test_price_that_changes(self):
        """105.73 m² at 0.9 for six months and 1.0 for 72, the whole to 0.1: the court
        awards 8,183.5 (Macheng (2024)鄂1181民初4534号)."""
        area = Decimal("105.73")
        rows = stretches(
            lambda p, s: (area * p, s),
            Decimal("0.9"),
            Decimal(),
            [Change("price", date(2018, 1, 1), price=Decimal(1))],
            date(2017, 7, 1),
            date(2023, 12, 31),
        )
        steps = month_steps(
            [row.stretch for row in rows],
            date(2017, 7, 1),
            date(2023, 12, 31),
            rounding=Rounding("total", "half_up", Decimal("0.1")),
        )
        self.assertEqual(len(steps), 78)
        self.assertEqual(sum(step.amount for step in steps), Decimal("8183.5"))

    def test_month_cut(self):
        """144.96 m² × 1.5 for 62 months, each cut to 0.1: 13,478.8, and the award is
        in whole yuan ((2025)鄂9004民初8076号)."""
        monthly = Decimal("144.96") * Decimal("1.5")
        steps = month_steps(
            monthly,
            date(2019, 1, 1),
            date(2024, 2, 29),
            rounding=Rounding("month", "down", Decimal("0.1")),
        )
        amount = sum(step.amount for step in steps)
        self.assertEqual(amount, Decimal("13478.8"))
        self.assertEqual(Rounding("total", "half_up", Decimal(1)).of(amount), 13479)

    def test_stages_differ(self):
        """379.47 m² × 6.90 for 15 months: 39,275.10 by months (Pudong 2013 No. 30910),
        39,275.15 at the end."""
        monthly = Decimal("379.47") * Decimal("6.90")
        days = date(2012, 7, 1), date(2013, 9, 30)
        found = {
            stage: sum(
                step.amount for step in month_steps(monthly, *days, rounding=rounding)
            )
            for stage, rounding in (
                ("month", Rounding()),
                ("total", Rounding("total")),
            )
        }
        self.assertEqual(found["month"], Decimal("39275.10"))
        self.assertEqual(found["total"], Decimal("39275.15"))

    def test_lines_are_rounded_apart(self):
        lines = [((None, None), (Decimal("1.005"), Decimal("2.005")))]
        days = date(2026, 1, 1), date(2026, 1, 31)
        line, month = (
            sum(step.amount for step in month_steps(lines, *days, rounding=rounding))
            for rounding in (Rounding("line"), Rounding("month"))
        )
        self.assertEqual((line, month), (Decimal("3.02"), Decimal("3.01")))

    def test_rent_with_free_months_and_rises(self):
        """Two and a half months free, then 10,000; 5 % more each year on top."""
        changes = [
            Change("free", date(2026, 1, 1), date(2026, 3, 15)),
            Change("percent", date(2027, 1, 1), value=Decimal(5), every=12),
        ]
        year = {
            number: total(
                Decimal(10000), changes, date(number, 1, 1), date(number, 12, 31)
            )
            for number in (2026, 2027, 2028)
        }
        # 16 of 31 days of March, and nine months
        self.assertEqual(year[2026], Decimal("95161.29"))
        self.assertEqual(year[2027], Decimal(126000))
        self.assertEqual(year[2028], Decimal(132300))

    def test_reduction_and_unknown_kind(self):
        change = Change("factor", date(2026, 1, 16), date(2026, 1, 31), Decimal("0.7"))
        self.assertEqual(
            total(Decimal(310), [change], date(2026, 1, 1), date(2026, 1, 31)),
            Decimal("262.00"),
        )
        with self.assertRaises(ValueError):
            total(Decimal(1), [change._replace(kind="x")], date.min, date.min)

    def test_methods_of_proration(self):
        """16 to 30 April of 300 a month, of the quarter 900."""
        days = date(2026, 4, 16), date(2026, 4, 30)
        quarter = date(2026, 4, 1), date(2026, 6, 30)
        found = {
            name: sum(
                step.amount
                for step in month_steps(Decimal(300), *days, name, period=quarter)
            )
            for name in ("days", "full", "next", "this", "thirty", "year", "period")
        }
        self.assertEqual(
            found,
            {
                "days": Decimal("150.00"),
                "full": Decimal("300.00"),
                "next": Decimal("0.00"),
                "this": Decimal("300.00"),
                "thirty": Decimal("150.00"),
                # 15 × 12 × 300 ÷ 365, and 15 of 91 days of 900
                "year": Decimal("147.95"),
                "period": Decimal("148.35"),
            },
        )

    @given(MONEY, DAYS, st.data(), st.sampled_from(PRORATIONS))
    @settings(max_examples=300, deadline=None)
    def test_parts_of_payers_add_up(self, monthly, day, data, proration):
        """Developer, seller and buyer together pay what one would, to the cent."""
        index = month_index(day)
        period = month_first(index), month_last(index + 2)
        length = (period[1] - period[0]).days
        cuts = sorted(data.draw(st.sets(st.integers(1, length), max_size=3)))
        firsts = [period[0], *(period[0] + timedelta(days=cut) for cut in cuts)]
        lasts = [first - timedelta(days=1) for first in firsts[1:]] + [period[1]]
        parts = [
            sum(
                step.amount
                for step in month_steps(
                    monthly, first, last, proration, begun=period[0], period=period
                )
            )
            for first, last in zip(firsts, lasts, strict=True)
        ]
        whole = month_steps(monthly, *period, proration, period=period)
        self.assertEqual(sum(parts), sum(step.amount for step in whole))

    @given(MONEY, DAYS, DAYS, st.sampled_from(("total", "bill")))
    @settings(max_examples=200, deadline=None)
    def test_months_add_up_to_the_rounded_total(self, monthly, first, last, stage):
        assume(first <= last <= first + timedelta(days=700))
        # pylint: disable-next=unreachable
        rounding = Rounding(stage, "half_up", Decimal(1))
        steps = month_steps(monthly, first, last, rounding=rounding)
        amount = sum(step.amount for step in steps)
        if stage == "total":
            self.assertEqual(amount % 1, 0)
        self.assertEqual(
            [step.amount for step in steps],
            [step.amount.quantize(Decimal("0.01")) for step in steps],
        )

    @given(DAYS, st.integers(0, 800), st.integers(1, 24))
    @settings(max_examples=200, deadline=None)
    def test_stretches_cover_each_day_once(self, first, length, every):
        last = first + timedelta(days=length)
        changes = [
            Change(
                "percent", first + timedelta(days=10), value=Decimal(3), every=every
            ),
            Change("free", first, first + timedelta(days=40)),
        ]
        rows = stretches(lambda p, s: (p,), Decimal(1), Decimal(), changes, first, last)
        self.assertEqual((rows[0].date_from, rows[-1].date_to), (first, last))
        for before, after in zip(rows, rows[1:], strict=False):
            self.assertEqual(before.date_to + timedelta(days=1), after.date_from)

    def test_who_leaves_early_pays_nothing_for_the_month(self):
        """With *From This Month* the month of the end is given back as a whole."""
        steps = month_steps(Decimal(300), date(2026, 4, 1), date(2026, 5, 31), "this")
        back = credit_steps(
            steps, date(2026, 4, 1), date(2026, 5, 31), date(2026, 5, 10), "this"
        )
        self.assertEqual([step.amount for step in back], [Decimal(300)])
