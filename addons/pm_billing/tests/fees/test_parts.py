from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings, strategies as st

from odoo.tests import BaseCase, tagged

from ...engine import late_fee, prorate, share, share_mixed
from ...engine.proration import METHODS
from ...engine.rounding import round_to

MONEY = st.decimals("0.01", "100000", places=2)


def day(text):
    return date.fromisoformat(text)


@tagged("post_install", "-at_install")
class TestSharing(BaseCase):
    def test_nothing_is_lost_or_invented(self):
        """8,432 among 24 and 500 among 30 households: rounded alone, 8 are missing and
        1 is too much (m.fqmxn.com)."""
        self.assertEqual(
            share(Decimal(8432), [1] * 24, "1"),
            [Decimal(352)] * 8 + [Decimal(351)] * 16,
        )
        self.assertEqual(sum(share(Decimal(500), [1] * 30, "0.1")), 500)

    def test_by_entitlement(self):
        """Strata of 1,000 entitlements, 100,000 a year (flatchat.com.au 76323)."""
        weights = [122, 125, 128, 625]
        self.assertEqual(
            share(Decimal(100000), weights)[:3],
            [Decimal(12200), Decimal(12500), Decimal(12800)],
        )

    def test_by_area(self):
        """10 flats of 40, 10 of 50, 20 of 60 m², 420,000 a month (11kanri.com)."""
        shares = share(Decimal(420000), [40] * 10 + [50] * 10 + [60] * 20)
        self.assertEqual(shares[10], 10000)

    def test_two_keys(self):
        """Heating 3,000: 30 % by area, 70 % by 4, 7, 10 MWh (as-sieger.de)."""
        self.assertEqual(
            share_mixed(Decimal(3000), [("0.3", [100] * 3), ("0.7", [4, 7, 10])]),
            [700, 1000, 1300],
        )
        with self.assertRaises(ValueError):
            share_mixed(Decimal(1), [("0.3", [1]), ("0.6", [1])])

    def test_nobody_to_share_among(self):
        for weights in ([], [0, 0], [1, -1]):
            with self.assertRaises(ValueError):
                share(Decimal(1), weights)
        self.assertEqual(share(Decimal(0), [0, 0]), [0, 0])

    @settings(max_examples=100, deadline=None)
    @given(
        st.decimals("-100000", "100000", places=3),
        st.lists(st.decimals("0", "1000", places=2), min_size=1, max_size=60),
        st.sampled_from(["0.01", "0.1", "1", "10"]),
    )
    def test_shares_add_up(self, total, weights, to):
        if not sum(weights):
            return
        shares = share(total, weights, to)
        self.assertEqual(sum(shares), total)
        self.assertEqual(shares, share(total, weights, to))
        for part, weight in zip(shares, weights, strict=True):
            exact = total * weight / sum(weights)
            self.assertLessEqual(abs(part - exact), 2 * Decimal(to))


@tagged("post_install", "-at_install")
class TestProration(BaseCase):
    def test_moving_in_and_out(self):
        """Rent 1,000 from 20 August; 1,350 to the 16th and 600 from the 18th of months
        of 30 days (freshdesk 6000099509; nesttenders; internetdict)."""
        august = (day("2026-08-01"), day("2026-08-31"))
        first = prorate(Decimal(1000), "actual_days", day("2026-08-20"), None, *august)
        self.assertEqual(round_to(first), Decimal("387.10"))
        september = (day("2026-09-01"), day("2026-09-30"))
        more = prorate(
            Decimal(1000), "actual_days", None, day("2026-09-14"), *september
        )
        self.assertEqual(round_to(first + more), Decimal("853.76"))
        for method in ("actual_days", "thirty_days"):
            self.assertEqual(
                prorate(Decimal(1350), method, None, day("2026-09-16"), *september), 720
            )
            self.assertEqual(
                prorate(Decimal(600), method, day("2026-09-18"), None, *september), 260
            )

    def test_whole_months(self):
        """The developer pays through the month of the hand-over, then the owner
        (Shanghai residential property rules, art. 49)."""
        quarter = (day("2026-01-01"), day("2026-03-31"))
        for method, developer, owner in (
            ("next_month", 200, 100),
            ("this_month", 100, 200),
        ):
            self.assertEqual(
                prorate(Decimal(300), method, None, day("2026-02-10"), *quarter),
                developer,
            )
            self.assertEqual(
                prorate(Decimal(300), method, day("2026-02-11"), None, *quarter), owner
            )

    def test_a_month_of_thirty_days(self):
        january = (day("2026-01-01"), day("2026-01-31"))
        self.assertEqual(
            prorate(Decimal(300), "thirty_days", None, day("2026-01-15"), *january), 150
        )
        self.assertEqual(
            prorate(Decimal(300), "thirty_days", day("2026-01-31"), None, *january), 0
        )

    def test_the_365th_part_of_a_year(self):
        year = (day("2028-01-01"), day("2028-12-31"))
        self.assertEqual(
            prorate(
                Decimal(3650), "year_365", day("2028-01-01"), day("2028-03-01"), *year
            ),
            600,
        )
        month = (day("2026-08-01"), day("2026-08-31"))
        self.assertEqual(
            prorate(Decimal(365), "year_365", day("2026-08-22"), None, *month), 120
        )
        self.assertEqual(prorate(Decimal(365), "year_365", None, None, *month), 365)

    def test_outside(self):
        period = (day("2026-01-01"), day("2026-01-31"))
        for method in METHODS:
            self.assertEqual(
                prorate(Decimal(9), method, day("2026-02-01"), None, *period), 0
            )
        with self.assertRaises(ValueError):
            prorate(Decimal(9), "guess", None, None, *period)
        with self.assertRaises(ValueError):
            prorate(Decimal(9), "next_month", None, None, day("2026-01-02"), period[1])

    @settings(max_examples=150, deadline=None)
    @given(
        MONEY,
        st.sampled_from(METHODS),
        st.integers(2020 * 12, 2029 * 12),
        st.sampled_from([1, 2, 3, 6, 12]),
        st.lists(st.integers(0, 364), max_size=4, unique=True),
    )
    def test_all_who_hold_it_pay_the_whole(self, amount, method, month, months, cuts):
        first = date(month // 12, month % 12 + 1, 1)
        after = month + months
        last = date(after // 12, after % 12 + 1, 1) - timedelta(days=1)
        if method == "year_365" and months != 12:
            # a month is no twelfth of 365 days: its parts cannot add up
            return
        days = sorted(
            first + timedelta(days=cut)
            for cut in cuts
            if first + timedelta(days=cut) < last
        )
        starts = [None, *(cut + timedelta(days=1) for cut in days)]
        total = sum(
            prorate(amount, method, begins, ends, first, last)
            for begins, ends in zip(starts, [*days, None], strict=True)
        )
        self.assertAlmostEqual(total, amount, 15)


@tagged("post_install", "-at_install")
class TestLateFee(BaseCase):
    def fee(self, principal, due, until, **rule):
        return late_fee(Decimal(principal), day(due), day(until), rule)

    def test_by_day(self):
        """3,000 for 50 days at 3 ‰, 1,000 for 9 days at 0.1 % (116p.com; yq98.cn)."""
        self.assertEqual(self.fee(3000, "2026-01-01", "2026-02-20", rate="0.003"), 450)
        self.assertEqual(self.fee(1000, "2026-01-01", "2026-01-10", rate="0.001"), 9)

    def test_by_year(self):
        """10,000 for a year at 1.3 times 3.65 % (lvshuolvda.com/fljxbk/23053)."""
        rule = {"per": "year", "basis": "365"}
        dates = ("2025-01-01", "2026-01-01")
        self.assertEqual(
            self.fee(10000, *dates, rate="0.04745", **rule), Decimal("474.5")
        )
        rates = [{"from": "2024-01-01", "rate": "0.0365"}]
        self.assertEqual(
            self.fee(10000, *dates, rates=rates, factor="1.3", **rule), Decimal("474.5")
        )

    def test_days_of_a_leap_year(self):
        whole = ("2027-12-31", "2028-12-31")
        year = {"rate": "0.366", "per": "year"}
        self.assertEqual(self.fee(1000, *whole, basis="actual", **year), 366)
        self.assertEqual(self.fee(1000, *whole, basis="366", **year), 366)
        self.assertEqual(self.fee(1000, *whole, basis="30", **year), 366)
        self.assertEqual(self.fee(1000, *whole, basis="365", **year), Decimal("367.00"))
        self.assertEqual(self.fee(1000, *whole, basis="360", **year), Decimal("372.10"))

    def test_by_month(self):
        month = {"rate": "0.02", "per": "month"}
        self.assertEqual(self.fee(1000, "2026-01-31", "2026-03-31", **month), 40)
        self.assertEqual(self.fee(1000, "2026-01-31", "2026-02-14", **month), 10)
        self.assertEqual(
            self.fee(1000, "2026-01-31", "2026-02-15", basis="30", **month), 10
        )

    def test_grace(self):
        """Within 7 days nothing; after them from their end, or from the due day."""
        rule = {"rate": "0.001", "grace_days": 7}
        self.assertEqual(self.fee(1000, "2026-01-01", "2026-01-08", **rule), 0)
        self.assertEqual(self.fee(1000, "2026-01-01", "2026-01-09", **rule), 1)
        rule["grace_retroactive"] = True
        self.assertEqual(self.fee(1000, "2026-01-01", "2026-01-08", **rule), 0)
        self.assertEqual(self.fee(1000, "2026-01-01", "2026-01-09", **rule), 8)

    def test_cap_minimum_rounding(self):
        self.assertEqual(
            self.fee(1000, "2026-01-01", "2027-01-01", rate="0.003", cap_percent="30"),
            300,
        )
        self.assertEqual(
            self.fee(1000, "2026-01-01", "2026-01-02", rate="0.001", minimum="5"), 5
        )
        down = {"mode": "down", "to": "0.1"}
        self.assertEqual(
            self.fee(999, "2026-01-01", "2026-01-02", rate="0.001", rounding=down),
            Decimal("0.9"),
        )

    def test_not_late_or_nothing_owed(self):
        for principal, until in (
            (1000, "2026-01-01"),
            (0, "2026-02-01"),
            (-5, "2026-02-01"),
        ):
            self.assertEqual(self.fee(principal, "2026-01-01", until, rate="1"), 0)

    def test_days_of_a_dispute_do_not_count(self):
        pauses = [(day("2026-01-03"), day("2026-01-04"))]
        self.assertEqual(
            self.fee(1000, "2026-01-01", "2026-01-10", rate="0.001", pauses=pauses), 7
        )

    @settings(max_examples=60, deadline=None)
    @given(MONEY, st.integers(1, 400), st.integers(0, 400))
    def test_a_new_rate_leaves_the_past_alone(self, principal, before, after):
        due = date(2025, 6, 30)
        change = due + timedelta(days=before)
        until = change + timedelta(days=after)
        exact = {"mode": "half_up", "to": "0.000001"}
        old = {"rate": "0.001", "rounding": exact}
        both = {
            "rates": [
                {"from": "2020-01-01", "rate": "0.001"},
                {"from": (change + timedelta(days=1)).isoformat(), "rate": "0.002"},
            ],
            "rounding": exact,
        }
        past = late_fee(principal, due, change, old)
        self.assertEqual(late_fee(principal, due, change, both), past)
        self.assertAlmostEqual(
            late_fee(principal, due, until, both),
            past + principal * after * Decimal("0.002"),
            5,
        )
