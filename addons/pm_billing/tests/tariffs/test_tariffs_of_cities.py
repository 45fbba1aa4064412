"""Kinds of tariffs that Chinese cities have, each worked out by hand.

Limits and prices are those of the city's notice as they are quoted in public, sometimes
of an older one; what is tested is that each kind of rule comes to what a person gets.
"""

from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ...engine import Tariff, TariffError, price


def bands(*rows):
    return [
        {"up_to": limit, "price": cost} if limit else {"price": cost}
        for limit, cost in rows
    ]


def part(name, *rows, **more):
    return {"name": name, "bands": bands(*rows), **more}


YEAR = {"accumulate": True, "cycle_months": 12}
GUANGZHOU_WATER = {
    "household": {"persons_from": 5, "add_per_person": ["6", "6"]},
    "parts": [
        part("水", ("26", "1.98"), ("34", "2.97"), (None, "3.96")),
        part("污水", (None, "0.95")),
    ],
}
BEIJING_WATER = {
    **YEAR,
    "parts": [
        part("水费", ("180", "2.07"), ("260", "4.07"), (None, "6.07")),
        part("水资源费", (None, "1.57")),
        part("污水处理费", (None, "1.36")),
    ],
}
HANGZHOU_POWER = {
    **YEAR,
    "parts": [
        part("峰", (None, "0.568"), register="peak"),
        part("谷", (None, "0.288"), register="valley"),
        part("阶梯加价", ("2760", "0"), ("4800", "0.05"), (None, "0.30")),
    ],
}
GUANGDONG_POWER = {
    "parts": [part("电", ("200", "0.60"), ("400", "0.65"), (None, "0.90"))],
    "seasons": [
        {
            "name": "夏季",
            "from": "05-01",
            "to": "10-31",
            "parts": [part("电", ("260", "0.60"), ("600", "0.65"), (None, "0.90"))],
        }
    ],
}
INDUSTRY_POWER = {
    "parts": [
        part("尖", (None, "1.2534"), register="sharp"),
        part("峰", (None, "1.0234"), register="peak"),
        part("平", (None, "0.6543"), register="flat"),
        part("谷", (None, "0.3321"), register="valley"),
        part(
            "需量",
            (None, "38"),
            register="demand",
            at_least={"register": "capacity", "share": "0.4"},
        ),
        part("基金及附加", (None, "0.03")),
    ]
}
WUHAN_GAS = {
    **YEAR,
    "household": {"persons_from": 5, "add_per_person": ["84", "66"]},
    "parts": [part("气", ("360", "2.53"), ("600", "2.78"), (None, "3.54"))],
}
BEIJING_GAS = {
    **YEAR,
    "parts": [part("气", ("350", "2.28"), ("500", "2.5"), (None, "3.9"))],
}
SHENZHEN_WATER = {
    "rounding": {"stage": "part", "mode": "half_up", "to": "0.01"},
    "parts": [
        part("水", ("22", "2.67"), ("30", "4.01"), (None, "8.01")),
        part("污水", (None, "0.90"), share_of_quantity="0.9"),
    ],
}
HEAT = {
    "tax_percent": "9",
    "tax_included": True,
    "parts": [part("热", (None, "55.5"), base_fee="801")],
}
WHOLE_CUBIC_METRES = {
    "minimum": "15",
    "quantity_rounding": {"mode": "down", "to": "1"},
    "parts": [part("水", (None, "3.1"))],
}
WINTER = {
    "parts": [part("气", (None, "1"))],
    "seasons": [
        {
            "name": "采暖季",
            "from": "11-15",
            "to": "03-15",
            "parts": [part("气", (None, "2"))],
        }
    ],
}
CASES = [
    # 32 × 1.98 + 8 × 2.97 + 40 × 0.95: five persons, 6 more to each limit
    (GUANGZHOU_WATER, 40, {"persons": 5}, "125.12"),
    # 26 × 1.98 + 8 × 2.97 + 6 × 3.96 + 40 × 0.95
    (GUANGZHOU_WATER, 40, {"persons": 4}, "137.00"),
    # 180 × 5 + 80 × 7 + 40 × 9: the parts add up to the prices as they are quoted
    (BEIJING_WATER, 300, {}, "1820.00"),
    # 20 of the old year at 7 and 9, 20 of the new one at 5
    (
        BEIJING_WATER,
        40,
        {"used_before": 250, "date_from": "2025-12-22", "date_to": "2026-01-10"},
        "260.00",
    ),
    # 150 × 0.568 + 100 × 0.288 + 60 × 0 + 190 × 0.05
    (
        HANGZHOU_POWER,
        None,
        {"used_before": 2700, "registers": {"peak": 150, "valley": 100}},
        "123.50",
    ),
    # 12 of 30 days in summer: 104 × 0.60 + 16 × 0.65, then 120 × 0.60 + 60 × 0.65
    (
        GUANGDONG_POWER,
        300,
        {"date_from": "2026-10-20", "date_to": "2026-11-18"},
        "183.80",
    ),
    # 1,228.08 + 1,962.90 + 265.68, 126 kW (40 % of 315) × 38, and 5,000 × 0.03: demand
    # and connected power are no part of what was used
    (
        INDUSTRY_POWER,
        None,
        {
            "registers": {
                "sharp": 0,
                "peak": 1200,
                "flat": 3000,
                "valley": 800,
                "demand": 90,
                "capacity": 315,
            }
        },
        "8394.66",
    ),
    # six persons: 528 × 2.53 + 204 × 2.78 + 68 × 3.54
    (WUHAN_GAS, 800, {"persons": 6}, "2143.68"),
    # 350 × 2.28 + 150 × 2.5 + 100 × 3.9
    (BEIJING_GAS, 600, {}, "1563.00"),
    # 22 × 2.67 + 8 × 4.01 + 5 × 8.01 = 130.87, 31.5 × 0.90 = 28.35
    (SHENZHEN_WATER, 35, {}, "159.22"),
    # 801 + 20.4 × 55.5, tax within
    (HEAT, "20.4", {}, "1933.20"),
    # 12 × 3.1, and no less than 15
    (WHOLE_CUBIC_METRES, "12.9", {}, "37.20"),
    (WHOLE_CUBIC_METRES, "3.9", {}, "15.00"),
    # 14 days at 1, 16 in the heating season, which goes over the end of the year
    (WINTER, 30, {"date_from": "2026-11-01", "date_to": "2026-11-30"}, "46.00"),
    (WINTER, 31, {"date_from": "2026-12-16", "date_to": "2027-01-15"}, "62.00"),
]


@tagged("post_install", "-at_install")
class TestTariffsOfCities(BaseCase):
    def test_what_a_person_gets(self):
        for document, quantity, inputs, expected in CASES:
            name = document["parts"][0]["name"]
            with self.subTest(part=name, quantity=quantity, **inputs):
                found = price([(None, Tariff(document))], quantity, **inputs)
                self.assertEqual(found.amount, Decimal(expected))
                self.assertEqual(sum(step.amount for step in found.steps), found.amount)

    def test_what_no_table_of_the_database_holds(self):
        plain = bands((None, "1"))
        for document in (
            {"parts": [{"share_of_quantity": "0", "bands": plain}]},
            {"parts": [{"at_least": {"share": "1"}, "bands": plain}]},
            {"cycle_months": "13", "parts": [{"bands": plain}]},
        ):
            with self.subTest(document=document), self.assertRaises(TariffError):
                Tariff(document)
