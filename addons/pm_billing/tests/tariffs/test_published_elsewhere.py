"""Published bills and rules that nothing here was made for."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from odoo.tests import BaseCase, tagged

from ...engine import Tariff, TariffError, late_fee, price, share


@tagged("post_install", "-at_install")
class TestPublishedElsewhere(BaseCase):
    def cost(self, tariff, quantity, **inputs):
        return price([(None, tariff)], quantity, **inputs).amount

    def test_a_quarter_of_water_in_minnesota(self):
        """50,000 gallons in a quarter of 2013: water 230.46, sewer 258.10, surface
        11.71. A base fee with the first 10,000, tiers to 35,000 and above, sewer with
        the first 15,000, fixed fees (miweblink2.metro-inet.us, document 288623; its
        totals, 500.28 and 147.73 for 10,000, are a cent above the sum of its lines)."""
        fixed = {"Stand-by": "7.71", "Test": "1.59", "Surface": "11.71"}
        tariff = Tariff(
            {
                "unit": "1,000 gal",
                "cycle_months": 3,
                "parts": [
                    {
                        "name": "Water",
                        "base_fee": "41.16",
                        "included": "10",
                        "bands": [{"up_to": "35", "price": "3.51"}, {"price": "6.15"}],
                    },
                    {
                        "name": "Sewer",
                        "base_fee": "85.55",
                        "included": "15",
                        "bands": [{"price": "4.93"}],
                    },
                    *({"name": name, "base_fee": fee} for name, fee in fixed.items()),
                ],
            }
        )
        self.assertEqual(self.cost(tariff, 50), Decimal("500.27"))
        self.assertEqual(self.cost(tariff, 10), Decimal("147.72"))

    def test_hundred_cubic_feet_in_california(self):
        """6 units: 4 at 3.65, and what the page counts as 4 more at 6.17, with the
        fixed 20.75, is 60.03 (hdwd.com/314/Water-Rates): that is the bill of 8."""
        bands = [{"up_to": "4", "price": "3.65"}, {"price": "6.17"}]
        tariff = Tariff({"parts": [{"base_fee": "20.75", "bands": bands}]})
        self.assertEqual(self.cost(tariff, 8), Decimal("60.03"))
        self.assertEqual(self.cost(tariff, 6), Decimal("47.69"))

    def test_heat_by_area_and_units(self):
        """30 % by 60 of 1,000 m² and 70 % by 500 of 10,000 units are 5.3 % of the cost
        (gutefrage.net/nutzer/electrician). 4,945.92 of a house, 50 of 400 m² and 30 of
        300 units (bfw-gohl.de/abrechnung/schema): 185.47 + 346.21; the page rounds the
        price of a unit before, and so has 185.45 and 346.20."""
        for total, areas, units, expected in (
            (10000, (60, 940), (500, 9500), "530.00"),
            ("4945.92", (50, 350), (30, 270), "531.69"),
        ):
            weights = [
                Fraction(3, 10) * Fraction(area, sum(areas))
                + Fraction(7, 10) * Fraction(unit, sum(units))
                for area, unit in zip(areas, units, strict=True)
            ]
            shares = share(Decimal(total), weights)
            self.assertEqual(shares[0], Decimal(expected))
            self.assertEqual(sum(shares), Decimal(total))

    def test_a_month_that_has_begun(self):
        """0.5 % for each month, a part of one counting as a whole, at most 60 months,
        as of late fees in Taiwan (pttman.cc, 滯納利息計算)."""
        rule = {"rate": "0.005", "per": "month", "basis": "begun", "cap_percent": "30"}
        for until, months in (
            ("2026-01-15", 0),
            ("2026-01-16", 1),
            ("2026-02-15", 1),
            ("2026-02-16", 2),
            ("2027-01-15", 12),
            ("2031-01-15", 60),
            ("2036-01-15", 60),
        ):
            with self.subTest(until=until):
                fee = late_fee(10000, "2026-01-15", until, rule)
                self.assertEqual(fee, 50 * months)
        # due on the last of a month: months of their own length
        for until, months in (("2026-02-28", 1), ("2026-03-01", 2), ("2026-03-31", 2)):
            fee = late_fee(10000, "2026-01-31", until, rule)
            self.assertEqual(fee, 50 * months)
        # the first counted day is a 31st: the month ends before the last of February
        for until, months in (("2026-02-27", 1), ("2026-02-28", 2), ("2026-03-30", 2)):
            fee = late_fee(10000, "2026-01-30", until, rule)
            self.assertEqual(fee, 50 * months, until)
        yearly = {"rate": "0.1", "per": "year", "basis": "begun"}
        self.assertEqual(late_fee(100, "2025-01-01", "2026-01-01", yearly), 10)
        self.assertEqual(late_fee(100, "2025-01-01", "2026-01-02", yearly), 20)

    def test_complete_months_only(self):
        """2.5 % a month does not count for 18 days (QBCCMCmr 353 of 2015, quoted by
        lookupstrata.com.au)."""
        rule = {"rate": "0.025", "per": "month", "basis": "complete"}
        for until, amount in (
            ("2026-01-19", 0),
            ("2026-01-31", 0),
            ("2026-02-01", 25),
            ("2026-02-28", 25),
            ("2026-03-01", 50),
        ):
            fee = late_fee(1000, "2026-01-01", until, rule)
            self.assertEqual(fee, amount, until)
        # a day by day count comes to the same as one over all days
        yearly = {**rule, "per": "year"}
        self.assertEqual(late_fee(1000, "2025-01-01", "2025-12-31", yearly), 0)
        self.assertEqual(late_fee(1000, "2025-01-01", "2026-01-01", yearly), 25)

    def test_power_by_season_with_tax(self):
        """Winter 1,200 kWh 171.55, summer 2,000 kWh 277.88, each with 1 % city tax:
        lines to the cent (cityofseymour.org, bill comparison)."""

        def parts(*bands):
            rows = [{"up_to": top, "price": cost} for top, cost in bands]
            return [
                {"name": "Energy", "bands": rows},
                {"name": "Power", "bands": [{"price": "0.085"}]},
                {"name": "Customer", "base_fee": "7.50"},
            ]

        summer = (
            ("250", ".064"),
            ("700", ".049"),
            ("1250", ".0475"),
            (None, ".0446"),
        )
        tariff = Tariff(
            {
                "tax_percent": "1",
                "rounding": {"stage": "line"},
                "parts": parts(("250", ".064"), ("700", ".049"), (None, ".0446")),
                "seasons": [{"from": "06-01", "to": "09-30", "parts": parts(*summer)}],
            }
        )
        for quantity, month, amount in ((1200, 1, "171.55"), (2000, 7, "277.88")):
            days = date(2026, month, 1), date(2026, month, 28)
            cost = self.cost(tariff, quantity, date_from=days[0], date_to=days[1])
            self.assertEqual(cost, Decimal(amount))

    def test_a_fee_a_day(self):
        """A standing charge of 0.60 a day, and 0.25 a unit: 31 days and 100 units."""
        part = {"base_fee": "0.60", "base_fee_per": "day", "bands": [{"price": "0.25"}]}
        tariff = Tariff({"parts": [part]})
        days = {"date_from": "2026-03-01", "date_to": "2026-03-31"}
        self.assertEqual(self.cost(tariff, 100, **days), Decimal("43.60"))
        self.assertEqual(self.cost(tariff, 0, **days), Decimal("18.60"))
        with self.assertRaisesRegex(TariffError, "fee_needs_days"):
            self.cost(tariff, 100)
        with self.assertRaises(TariffError):
            Tariff({"parts": [{**part, "base_fee_per": "week"}]})
        # across other prices each has its days
        other = Tariff({"parts": [{**part, "base_fee": "0.90"}]})
        both = [(None, tariff), (date(2026, 3, 11), other)]
        self.assertEqual(price(both, 0, **days).amount, Decimal("24.90"))

    def test_a_year_that_begins_with_the_heating(self):
        """Gas whose bands are counted from 1 November, with the heating season: what
        was used until October is over, whatever the calendar says."""
        gas = Tariff(
            {
                "accumulate": True,
                "accumulate_from": "11-01",
                "cycle_months": 12,
                "parts": [{"bands": [{"up_to": "500", "price": "2"}, {"price": "3"}]}],
            }
        )
        self.assertEqual(gas.year_start(date(2026, 10, 31)), date(2025, 11, 1))
        self.assertEqual(gas.year_start(date(2026, 11, 1)), date(2026, 11, 1))
        # 100 m³ after 450: over New Year they go on, at 1 November they begin again
        for first, last, amount in (
            ("2026-12-20", "2027-01-08", 50 * 2 + 50 * 3),
            ("2026-10-22", "2026-11-10", 50 * 2 + 50 * 2),
            ("2026-09-01", "2026-09-20", 50 * 2 + 50 * 3),
        ):
            cost = self.cost(gas, 100, used_before=450, date_from=first, date_to=last)
            self.assertEqual(cost, amount, first)
        with self.assertRaises(TariffError):
            Tariff({"accumulate_from": "13-01", "parts": [{"bands": [{"price": 1}]}]})
