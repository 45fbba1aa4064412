"""What callers may write: numbers and days in any form, and what is refused."""

from datetime import date
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ...engine import Tariff, TariffError, late_fee, price, prorate, share
from ...engine.rounding import round_to


def tariff(**keys):
    bands = [{"up_to": "10", "price": "1"}, {"up_to": "20", "price": "2"}, {"price": 3}]
    return Tariff({"name": "Water", "parts": [{"bands": bands}], **keys})


@tagged("post_install", "-at_install")
class TestEngineInputs(BaseCase):
    def cost(self, tariff, quantity, **inputs):
        return price([(None, tariff)], quantity, **inputs).amount

    def test_numbers_are_what_people_wrote(self):
        """1.115 at 1.00 is 1.12 half up; the float beside it is below the half."""
        plain = Tariff({"parts": [{"bands": [{"price": "1.00"}]}]})
        for quantity in (1.115, "1.115", Decimal("1.115")):
            self.assertEqual(self.cost(plain, quantity), Decimal("1.12"))
        self.assertEqual(
            self.cost(tariff(accumulate=True), "5", used_before="8"), Decimal(8)
        )
        for wrong in ("many", float("nan"), float("inf")):
            with self.subTest(wrong=wrong), self.assertRaises(TariffError):
                self.cost(plain, wrong)

    def test_days_as_text(self):
        moved = prorate(
            310, "actual_days", "2026-01-11", None, "2026-01-01", "2026-01-31"
        )
        self.assertEqual(moved, 210)
        fee = late_fee(
            "1000", "2026-01-01", "2026-01-10", {"rate": 0.001, "per": "day"}
        )
        self.assertEqual(fee, Decimal("9.00"))

    def test_one_number_widens_all_limits(self):
        """Five persons, 6 more: 16 at 1, 10 at 2, 4 at 3."""
        wide = 16 + 20 + 12
        for added in ("6", 6, ["6", "6"]):
            household = {"persons_from": "5", "add_per_person": added}
            found = tariff(household=household)
            self.assertEqual(self.cost(found, 30, persons="5"), wide)
            self.assertEqual(self.cost(found, 30, persons=4), 10 + 20 + 30)
        self.assertEqual(
            self.cost(
                tariff(household={"persons_from": 5, "add_per_person": "12"}),
                30,
                persons=5,
            ),
            22 + 16,
        )

    def test_tiers_and_time_of_day_together(self):
        """Power of a home in Shanghai: up to 3,120 kWh a year 0.617 by day and 0.307 by
        night, to 4,800 0.677 and 0.337, above 0.977 and 0.487. Of 300 kWh after 3,000
        120 lie in the first band: of 180 by day 72, of 120 by night 48."""
        document = {
            "accumulate": True,
            "cycle_months": 12,
            "parts": [
                {
                    "name": name,
                    "register": name,
                    "bands_of": "total",
                    "bands": [
                        {"up_to": "3120", "price": first},
                        {"up_to": "4800", "price": second},
                        {"price": third},
                    ],
                }
                for name, first, second, third in (
                    ("peak", "0.617", "0.677", "0.977"),
                    ("valley", "0.307", "0.337", "0.487"),
                )
            ],
        }
        power = Tariff(document)
        registers = {"peak": "180", "valley": "120"}
        found = price([(None, power)], 300, used_before=3000, registers=registers)
        # 72 × 0.617 + 108 × 0.677 + 48 × 0.307 + 72 × 0.337
        self.assertEqual(found.amount, Decimal("156.54"))
        self.assertEqual(sum(step.quantity for step in found.steps), 300)
        # all by day, over New Year's Day: parts that do not end are no more than all
        for days in (3, 7, 58, 61):
            last = date.fromordinal(date(2025, 12, 30).toordinal() + days - 1)
            cost = self.cost(
                power,
                "100.01",
                date_from="2025-12-30",
                date_to=last,
                registers={"peak": "100.01", "valley": 0},
            )
            self.assertEqual(cost, Decimal("61.71"))
        nothing = {"peak": 0, "valley": 0}
        self.assertEqual(self.cost(power, 0, registers=nothing), 0)
        with self.assertRaises(TariffError):
            self.cost(power, 300, registers={"peak": 301, "valley": 0})
        with self.assertRaises(TariffError):
            Tariff({"parts": [{"bands_of": "total", "bands": [{"price": "1"}]}]})

    def test_sewage_by_bands_of_itself_or_of_the_water(self):
        """30 m³ of water, sewage on 90 % of it, 1.00 up to 20 m³ and 2.00 above. The
        limits are for the 27 m³ of sewage: 20 × 1.00 + 7 × 2.00. Or they are for the
        30 m³ of water: 90 % of 20 × 1.00 and 90 % of 10 × 2.00."""

        def sewage(**more):
            bands = [{"up_to": "20", "price": "1"}, {"price": "2"}]
            part = {"share_of_quantity": "0.9", "bands": bands}
            return {"parts": [{**part, **more}]}

        for more, amount, quantities in (
            ({}, "34.00", [20, 7]),
            ({"bands_of": "total"}, "36.00", [18, 9]),
        ):
            with self.subTest(more):
                tariff = Tariff(sewage(**more))
                found = price([(None, tariff)], 30)
                self.assertEqual(found.amount, Decimal(amount))
                self.assertEqual([step.quantity for step in found.steps], quantities)
                self.assertEqual(self.cost(tariff, 0), 0)
        # over a year: after 15 m³ of water 13.5 m³ of sewage lie in the bands, or 15
        for more, amount in (({}, "20.50"), ({"bands_of": "total"}, "22.50")):
            tariff = Tariff({**sewage(**more), "accumulate": True})
            self.assertEqual(self.cost(tariff, 15, used_before=15), Decimal(amount))

    def test_what_is_no_list_and_no_flag(self):
        for keys in (
            {"accumulate": "false"},
            {"parts": "water"},
            {"parts": [{"bands": {"price": "1"}}]},
            {"household": {"persons_from": 5, "add_per_person": ["6", "6", "6"]}},
            {"household": {"persons_from": 5, "add_per_person": ["6"]}},
        ):
            with self.subTest(keys=keys), self.assertRaises(TariffError):
                tariff(**keys)

    def test_thirds_lose_no_cent(self):
        """Three versions in a month, a base fee of 10.00, cut to the cent: 10.00."""
        same = {
            "parts": [{"base_fee": "10"}],
            "rounding": {"stage": "total", "mode": "down", "to": "0.01"},
        }
        days = (date(2026, 1, 1), date(2026, 1, 8), date(2026, 1, 18))
        versions = [(day, Tariff(same)) for day in days]
        for mode in ("down", "up", "half_up"):
            same["rounding"]["mode"] = mode
            versions = [(day, Tariff(same)) for day in days]
            found = price(versions, 0, date_from=days[0], date_to=date(2026, 1, 30))
            self.assertEqual(found.amount, 10, mode)
        self.assertEqual(round_to(Decimal(1) / 3 * 3, Decimal("0.01"), "down"), 1)
        self.assertEqual(round_to(Decimal("1.0000001"), Decimal(1), "up"), 2)

    def test_a_month_that_does_not_begin_on_the_first(self):
        """From the 15th to the 14th, three months; moved in within the second."""
        period = date(2026, 1, 15), date(2026, 4, 14)
        for method, begins, expected in (
            ("next_month", date(2026, 2, 20), 100),
            ("this_month", date(2026, 2, 20), 200),
            ("next_month", date(2026, 2, 15), 200),
        ):
            found = prorate(300, method, begins, None, *period)
            self.assertEqual(found, expected, (method, begins))
        # of who moved out the day before
        left = prorate(300, "next_month", None, date(2026, 2, 19), *period)
        self.assertEqual(left, 200)
        # from the 31st: the months begin on the last days of shorter ones
        period = date(2026, 1, 31), date(2026, 3, 30)
        self.assertEqual(
            prorate(200, "next_month", date(2026, 2, 28), None, *period), 100
        )
        with self.assertRaises(ValueError):
            prorate(300, "next_month", None, None, date(2026, 1, 15), date(2026, 1, 20))

    def test_limits_of_late_fees(self):
        rule = {"rate": "0.01", "per": "day"}
        due, until = date(2026, 1, 1), date(2026, 1, 11)
        for more, expected in (
            ({"cap_percent": "0"}, "100"),
            ({"cap_percent": "5"}, "50"),
            ({"minimum": "120"}, "120"),
            ({"minimum": "120", "cap_percent": "11"}, "110"),
            ({"minimum": "0", "factor": "1.3"}, "130"),
            ({"grace_days": "10"}, "0"),
            ({"grace_days": "9", "grace_retroactive": True}, "100"),
            ({"grace_days": "9"}, "10"),
            ({"rounding": None}, "100"),
        ):
            with self.subTest(more=more):
                self.assertEqual(
                    late_fee(1000, due, until, {**rule, **more}), Decimal(expected)
                )
        for wrong in ({"rate": None}, {"minimum": "-1"}, {"cap_percent": "-1"}):
            with self.subTest(wrong=wrong), self.assertRaises(ValueError):
                late_fee(1000, due, until, {**rule, **wrong})

    def test_weights_of_any_kind(self):
        self.assertEqual(
            share("100", [0.1, "0.1", Decimal("0.1")]),
            [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")],
        )
        self.assertEqual(share(0, []), [])
        self.assertEqual(share(-10, [0, 1, 2]), [0, Decimal("-3.33"), Decimal("-6.67")])
        for total, weights in ((1, []), (1, [0, 0]), (1, [2, -1])):
            with self.subTest(weights=weights), self.assertRaises(ValueError):
                share(total, weights)
        with self.assertRaises(ValueError):
            share(1, [1], to="0")
