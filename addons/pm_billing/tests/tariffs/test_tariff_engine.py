from datetime import date
from decimal import Decimal

from hypothesis import example, given, settings, strategies as st

from odoo.tests import BaseCase, tagged

from ... import engine
from ...engine import TariffError, price

QUANTITIES = st.decimals("0", "5000", places=2)


class Tariff(engine.Tariff):
    """With a shorter way to price than ``price`` of its versions."""

    def price(self, quantity, **inputs):
        return price([(None, self)], quantity, **inputs)


def bands(*pairs):
    """``bands(("180", "5"), (None, "9"))`` as a document has them."""
    return [
        {"price": cost} if limit is None else {"up_to": limit, "price": cost}
        for limit, cost in pairs
    ]


def tariff(*pairs, **keys):
    """A tariff of one part with these bands."""
    return Tariff({"name": "Water", "parts": [{"bands": bands(*pairs)}], **keys})


BEIJING = tariff(("180", "5"), ("260", "7"), (None, "9"), accumulate=True)
SHANGHAI_GAS = tariff(("310", "3.00"), ("520", "3.30"), (None, "4.20"))


@tagged("post_install", "-at_install")
class TestPublished(BaseCase):
    """Published examples, each with where it is from."""

    def amount(self, tariff, quantity, **inputs):
        priced = tariff.price(quantity, **inputs)
        self.assertAlmostEqual(
            sum(step.amount for step in priced.steps), priced.amount, 20
        )
        return priced.amount

    def test_bands_of_a_year(self):
        """Beijing water: up to 180 5, up to 260 7, above 9 (gov.cn, 2014-04-29)."""
        for quantity, expected in (
            ("0", 0),
            ("180", 900),
            ("181", 907),
            ("260", 1460),
            ("261", 1469),
        ):
            self.assertEqual(self.amount(BEIJING, quantity), expected)

    def test_limits_belong_to_the_band_below(self):
        """Shanghai gas, limits of a year."""
        for quantity, expected in (
            ("310", "930.00"),
            ("311", "933.30"),
            ("520", "1623.00"),
            ("521", "1627.20"),
            ("600", "1959.00"),
        ):
            self.assertEqual(self.amount(SHANGHAI_GAS, quantity), Decimal(expected))

    def test_power_of_a_summer_month(self):
        """Guangdong's bands, 650 kWh (wwwbaike.com/a/202307/213024)."""
        power = tariff(("260", "0.64"), ("600", "0.69"), (None, "0.94"))
        self.assertEqual(self.amount(power, 650), 448)

    def test_two_bands(self):
        """300 m³ of water in a year (bkwk.cn), and Baishan gas of 2017 (gkzzy.com)."""
        water = tariff(("220", "3.45"), ("300", "4.83"), (None, "5.83"))
        self.assertEqual(self.amount(water, 300), Decimal("1145.4"))
        gas = tariff(("300", "3.5"), ("400", "4.0"), (None, "5.0"))
        self.assertEqual(self.amount(gas, 500), 1950)

    def test_base_fee_and_tax_on_top(self):
        """Water and sewer of Taiwa (Miyagi), 25 m³ and 10 % (town.taiwa.miyagi.jp)."""
        water = Tariff(
            {
                "tax_percent": "10",
                "parts": [
                    {
                        "base_fee": "700",
                        "bands": bands(("10", "100"), ("20", "160"), (None, "200")),
                    }
                ],
            }
        )
        self.assertEqual(self.amount(water, 25), 4730)
        sewer = Tariff(
            {
                "tax_percent": "10",
                "parts": [
                    {
                        "base_fee": "1000",
                        "bands": bands(("10", "0"), ("20", "105"), (None, "110")),
                    }
                ],
            }
        )
        self.assertEqual(self.amount(sewer, 25), 2860)

    def test_rounded_down_to_ten(self):
        """Shiki-gun: 13 and 14 m³, down to 10 yen (shikigun-suido.jp/?p=183)."""
        water = Tariff(
            {
                "tax_percent": "10",
                "rounding": {"stage": "total", "mode": "down", "to": "10"},
                "parts": [
                    {"base_fee": "585", "bands": bands(("10", "137"), ("20", "166"))}
                ],
            }
        )
        self.assertEqual(self.amount(water, 13), 2690)
        self.assertEqual(self.amount(water, 14), 2880)

    def test_first_volume_is_in_the_base_fee(self):
        """Tsukigata: base 1,600 with 8 t, then 220, 10 % (town.tsukigata)."""
        water = Tariff(
            {
                "tax_percent": "10",
                "rounding": {"stage": "part", "mode": "down", "to": "1"},
                "parts": [
                    {"base_fee": "1600", "included": "8", "bands": bands((None, "220"))}
                ],
            }
        )
        priced = water.price(10)
        self.assertEqual(priced.amount, 2244)
        amounts = {step.kind: step.amount for step in priced.steps}
        self.assertEqual((amounts["band"], amounts["tax"]), (440, 204))
        self.assertEqual(self.amount(water, 5), 1760)

    def test_only_one_part_rises(self):
        """A water bill of 35 t with sewage on all of it (tiku 1786249)."""
        water = Tariff(
            {
                "parts": [
                    {
                        "name": "water",
                        "bands": bands(("20", "1.30"), ("30", "1.90"), (None, "3.00")),
                    },
                    {"name": "sewage", "bands": bands((None, "0.50"))},
                ]
            }
        )
        self.assertEqual(self.amount(water, 35), Decimal("77.50"))

    def test_sewage_counts_a_part_of_the_quantity(self):
        """Shanghai: 1.92 + 1.70 × 0.9 = 3.45 a m³."""
        water = Tariff(
            {
                "parts": [
                    {"name": "water", "bands": bands((None, "1.92"))},
                    {
                        "name": "sewage",
                        "share_of_quantity": "0.9",
                        "bands": bands((None, "1.70")),
                    },
                ]
            }
        )
        self.assertEqual(self.amount(water, 100), 345)

    def test_four_months_in_hong_kong(self):
        """First 12 free, next 31, next 19, the rest (wsd.gov.hk annual reports)."""
        water = tariff(
            ("12", "0"), ("43", "4.16"), ("62", "6.45"), (None, "9.05"), cycle_months=4
        )
        self.assertEqual(self.amount(water, 12), 0)
        self.assertEqual(self.amount(water, 70), Decimal("323.91"))

    def test_big_households_have_wider_bands(self):
        """Guangzhou: each person above four has 6 m³ more on both limits."""
        water = tariff(
            ("26", "1.98"),
            ("34", "2.97"),
            (None, "3.96"),
            household={"persons_from": 5, "add_per_person": ["6", "6"]},
        )
        four, six = water.price(40, persons=4), water.price(40, persons=6)
        self.assertEqual(four.amount, Decimal("99.00"))
        # limits 38 and 46
        self.assertEqual(six.amount, Decimal("81.18"))
        self.assertEqual(water.price(40).amount, four.amount)

    def test_summer_and_the_rest_of_the_year(self):
        """Taipower 2020: 404 kWh in summer less 287 kWh before it (ctee.com.tw)."""
        summer = bands(("120", "1.63"), ("330", "2.38"), (None, "3.52"))
        other = bands(("120", "1.63"), ("330", "2.10"), (None, "2.89"))
        power = Tariff(
            {
                "parts": [{"bands": other}],
                "seasons": [
                    {
                        "name": "summer",
                        "from": "06-01",
                        "to": "09-30",
                        "parts": [{"bands": summer}],
                    }
                ],
            }
        )
        july = {"date_from": date(2020, 7, 1), "date_to": date(2020, 7, 31)}
        may = {"date_from": date(2020, 5, 1), "date_to": date(2020, 5, 31)}
        self.assertEqual(self.amount(power, 404, **july), Decimal("955.88"))
        self.assertEqual(self.amount(power, 404, **may), Decimal("850.46"))
        self.assertEqual(self.amount(power, 287, **may), Decimal("546.30"))


@tagged("post_install", "-at_install")
class TestTariffs(BaseCase):
    def test_used_before_counts_from_where_it_stood(self):
        priced = BEIJING.price(100, used_before=150)
        self.assertEqual(priced.amount, 30 * 5 + 70 * 7)
        # a tariff that does not accumulate begins anew each time
        self.assertEqual(SHANGHAI_GAS.price(100, used_before=500).amount, 300)

    def test_the_year_begins_again(self):
        priced = BEIJING.price(
            100,
            used_before=260,
            date_from=date(2025, 12, 22),
            date_to=date(2026, 1, 10),
        )
        self.assertEqual(priced.amount, 50 * 9 + 50 * 5)

    def test_a_reading_across_two_versions_is_split_by_days(self):
        old, new = tariff((None, "2")), tariff((None, "3"))
        priced = price(
            [(None, old), (date(2026, 7, 1), new)],
            30,
            date_from=date(2026, 6, 21),
            date_to=date(2026, 7, 20),
        )
        self.assertEqual(priced.amount, 10 * 2 + 20 * 3)
        self.assertEqual(
            [(step.date_from, step.date_to) for step in priced.steps],
            [
                (date(2026, 6, 21), date(2026, 6, 30)),
                (date(2026, 7, 1), date(2026, 7, 20)),
            ],
        )

    def test_limits_are_split_with_the_reading(self):
        """Half in each version: nobody gets the cheap band twice."""
        one = tariff(("20", "1"), (None, "2"))
        priced = price(
            [(None, one), (date(2026, 7, 1), one)],
            40,
            date_from=date(2026, 6, 16),
            date_to=date(2026, 7, 15),
        )
        self.assertEqual(priced.amount, one.price(40).amount)

    def test_a_new_version_goes_on_counting_the_year(self):
        priced = price(
            [(None, BEIJING), (date(2026, 7, 1), BEIJING)],
            200,
            used_before=100,
            date_from=date(2026, 6, 1),
            date_to=date(2026, 7, 30),
        )
        self.assertEqual(priced.amount, BEIJING.price(200, used_before=100).amount)

    def test_limits_scaled_to_days(self):
        monthly = tariff(("30", "1"), (None, "2"), scale_days=True)
        priced = monthly.price(
            60, date_from=date(2026, 6, 1), date_to=date(2026, 7, 30)
        )
        self.assertEqual(priced.amount, 60)
        with self.assertRaises(TariffError):
            monthly.price(60)

    def test_registers_and_demand(self):
        power = Tariff(
            {
                "parts": [
                    {"register": "peak", "bands": bands((None, "1.20"))},
                    {"register": "flat", "bands": bands((None, "0.80"))},
                    {"register": "valley", "bands": bands((None, "0.40"))},
                    {
                        "name": "demand",
                        "register": "demand",
                        "at_least": {"register": "connected", "share": "0.4"},
                        "bands": bands((None, "40")),
                    },
                ]
            }
        )
        used = {"peak": 100, "flat": 200, "valley": 50}
        priced = power.price(350, registers={**used, "demand": 90, "connected": 200})
        self.assertEqual(priced.amount, 120 + 160 + 20 + 90 * 40)
        priced = power.price(350, registers={**used, "demand": 60, "connected": 200})
        self.assertEqual(priced.amount, 300 + 80 * 40)
        with self.assertRaisesRegex(TariffError, "demand"):
            power.price(350, registers=used)

    def test_rounding_by_line_part_and_total(self):
        parts = [
            {"name": "a", "bands": bands(("1", "0.004"), (None, "0.004"))},
            {"name": "b", "bands": bands((None, "0.004"))},
        ]
        for stage, expected in (("line", "0.01"), ("part", "0.02"), ("total", "0.02")):
            priced = Tariff({"rounding": {"stage": stage}, "parts": parts}).price(2)
            self.assertEqual(priced.amount, Decimal(expected), stage)

    def test_minimum(self):
        least = tariff((None, "2"), minimum="10")
        self.assertEqual(least.price(3).amount, 10)
        self.assertEqual(least.price(6).amount, 12)

    def test_tax_may_be_in_the_price(self):
        self.assertEqual(tariff((None, "2"), tax_percent="9").price(50).amount, 109)
        included = tariff((None, "2"), tax_percent="9", tax_included=True)
        self.assertEqual(included.price(50).amount, 100)

    def test_what_has_no_price_is_an_error_and_not_zero(self):
        first = tariff((None, "2"))
        with self.assertRaisesRegex(TariffError, "beyond_last_band"):
            tariff(("10", "1")).price(11)
        with self.assertRaisesRegex(TariffError, "negative"):
            first.price(-1)
        with self.assertRaisesRegex(TariffError, "no_price_on"):
            price([(date(2026, 7, 1), first)], 1, date_from=date(2026, 6, 1))

    def test_documents_that_cannot_be_read(self):
        good = {"parts": [{"bands": bands(("10", "1"), (None, "2"))}]}
        Tariff(good)
        for wrong in (
            {**good, "bands": []},
            {**good, "tax_percent": "nine"},
            {**good, "rounding": {"mode": "sideways"}},
            {**good, "cycle_months": "0"},
            {**good, "household": {"persons_from": 5, "add_per_person": ["6", "6"]}},
            {"parts": []},
            {"parts": [{"bands": bands(("10", "1"), ("5", "2"))}]},
            {"parts": [{"bands": bands((None, "1"), ("5", "2"))}]},
            {"parts": [{"bands": [{"up_to": "5"}]}]},
            {"parts": [{"bands": bands((None, "-1"))}]},
            {"parts": [{"bands": bands((None, "NaN"))}]},
            {"parts": ["water"]},
            {**good, "name": 5},
            {**good, "unit": ["m³"]},
            {**good, "source": {"url": "x"}},
            {"parts": [{"name": True, "bands": []}]},
        ):
            with self.subTest(wrong=wrong), self.assertRaises(TariffError):
                Tariff(wrong)

    def test_what_a_document_says_is_read(self):
        document = {
            "name": "Water",
            "unit": "m³",
            "cycle_months": 2,
            "accumulate": True,
            "tax_included": True,
            "tax_percent": "9",
            "minimum": "5",
            "rounding": {"stage": "part", "mode": "half_up", "to": "0.01"},
            "household": {"persons_from": 5, "add_per_person": ["6", "6.5"]},
            "validity": {"from": "2026-01-01"},
            "parts": [
                {
                    "name": "water",
                    "base_fee": "3",
                    "included": "2",
                    "bands": bands(("10", "1.00"), ("20", "2.50"), (None, "4")),
                }
            ],
            "seasons": [
                {
                    "name": "summer",
                    "from": "06-01",
                    "to": "09-30",
                    "parts": [
                        {
                            "name": "s",
                            "bands": bands(("1", "1"), ("2", "2"), (None, "3")),
                        }
                    ],
                }
            ],
        }
        tariff = Tariff(document)
        self.assertEqual(
            (tariff.name, tariff.unit, tariff.source, tariff.cycle_months),
            ("Water", "m³", "", 2),
        )
        self.assertEqual(
            (tariff.accumulate, tariff.scale_days, tariff.tax_included),
            (True, False, True),
        )
        self.assertEqual((tariff.tax_percent, tariff.minimum), (9, 5))
        self.assertEqual(
            (tariff.stage, tariff.mode, tariff.to),
            ("part", "half_up", Decimal("0.01")),
        )
        self.assertEqual(tariff.household[:2], (5, (6, Decimal("6.5"))))
        self.assertEqual((tariff.valid_from, tariff.valid_to), (date(2026, 1, 1), None))
        (part,) = tariff.parts
        self.assertEqual((part.name, part.base_fee, part.included), ("water", 3, 2))
        self.assertEqual(part.bands, ((10, 1), (20, Decimal("2.5")), (None, 4)))
        (season,) = tariff.seasons
        self.assertEqual(
            (season.name, season.first, season.last), ("summer", (6, 1), (9, 30))
        )

    @settings(max_examples=50, deadline=None)
    @given(QUANTITIES, QUANTITIES)
    def test_more_costs_never_less(self, one, more):
        """And what is used in two parts of a year costs what it costs at once."""
        self.assertLessEqual(
            BEIJING.price(one).amount, BEIJING.price(one + more).amount
        )
        parts = BEIJING.price(one).amount + BEIJING.price(more, used_before=one).amount
        self.assertEqual(parts, BEIJING.price(one + more).amount)

    @settings(max_examples=50, deadline=None)
    @given(
        QUANTITIES,
        st.dates(date(2020, 1, 1), date(2027, 1, 1)),
        st.integers(0, 500),
        st.sampled_from(["line", "part", "total"]),
    )
    # parts of a reading that do not end, of which one lies a trifle beside its limit
    @example(Decimal("23.57"), date(2020, 1, 29), 258, "line")
    def test_steps_add_up(self, quantity, first, days, stage):
        seasonal = Tariff(
            {
                "tax_percent": "9",
                "rounding": {"stage": stage, "mode": "half_up", "to": "0.01"},
                "parts": [{"bands": bands(("10", "1.11"), (None, "2.22"))}],
                "seasons": [
                    {
                        "name": "winter",
                        "from": "11-15",
                        "to": "03-15",
                        "parts": [{"base_fee": "7", "bands": bands((None, "3.33"))}],
                    }
                ],
            }
        )
        last = date.fromordinal(first.toordinal() + days)
        priced = seasonal.price(quantity, date_from=first, date_to=last)
        self.assertAlmostEqual(
            sum(step.amount for step in priced.steps), priced.amount, 15
        )
        counted = sum(step.quantity for step in priced.steps if step.kind == "band")
        self.assertAlmostEqual(counted, quantity, 15)
