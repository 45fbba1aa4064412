"""Quantities from readings, alone."""

from datetime import date
from decimal import Decimal

from hypothesis import given, strategies as st

from odoo.tests import BaseCase

from ...engine import meters

VALUES = st.decimals(0, 99999, places=3)
D = Decimal


class TestMeterEngine(BaseCase):
    def test_what_was_used(self):
        """889 to 924 are 35 t (domain page E31, a school item after a bill of
        Zhejiang)."""
        use = meters.use_between({"value": D(889)}, {"value": D(924)})
        self.assertEqual((use.quantity, use.registers, use.rolled), (35, {}, False))

    def test_multiplier(self):
        use = meters.use_between({"value": D("10.5")}, {"value": D("12.75")}, D(40))
        self.assertEqual(use.quantity, 90)

    def test_it_begins_again_at_zero(self):
        """99998 to 3 of five digits are five."""
        use = meters.use_between({"value": D(99998)}, {"value": D(3)}, capacity=10**5)
        self.assertEqual((use.quantity, use.rolled), (5, True))

    def test_lower_in_the_middle_is_no_rollover(self):
        for before, now in ((50000, 3), (99998, 50000), (924, 889)):
            with self.subTest(before=before), self.assertRaises(meters.Lower):
                meters.use_between(
                    {"value": D(before)}, {"value": D(now)}, capacity=10**5
                )
        use = meters.use_between(
            {"value": D(50000)}, {"value": D(3)}, capacity=10**5, rolled=True
        )
        self.assertEqual(use.quantity, 50003)
        with self.assertRaises(meters.Lower):
            meters.use_between({"value": D(5)}, {"value": D(3)}, rolled=True)

    def test_registers(self):
        before = {"peak": D(100), "flat": D(200), "valley": D(300), "demand": D(7)}
        now = {"peak": D(110), "flat": D(220), "valley": D(330), "demand": D(5)}
        use = meters.use_between(before, now, D(10))
        self.assertEqual(use.quantity, 600)
        self.assertEqual(
            use.registers, {"peak": 100, "flat": 200, "valley": 300, "demand": 50}
        )

    @given(VALUES, VALUES, st.sampled_from([D(1), D(40), D("0.1")]))
    def test_the_register_comes_back(self, before, used, multiplier):
        """Counting on and reading the difference give the same, past the end too."""
        now = meters.add_use(before, used * multiplier, multiplier, 10**5)
        use = meters.use_between(
            {"value": before}, {"value": now}, multiplier, 10**5, rolled=True
        )
        self.assertEqual(use.quantity, used * multiplier)

    @given(VALUES, VALUES, VALUES)
    def test_parts_add_up(self, first, second, third):
        low, middle, high = sorted((first, second, third))

        def used(before, now):
            return meters.use_between({"value": before}, {"value": now}).quantity

        self.assertEqual(used(low, middle) + used(middle, high), used(low, high))

    def test_a_jump(self):
        past = [(D(10), 30), (D(20), 31)]
        # 30 in 61 days: 44.26 are three times as much
        self.assertFalse(meters.is_jump(D(44), 30, past, D(3)))
        self.assertTrue(meters.is_jump(D(45), 30, past, D(3)))
        # twice as long, twice as much
        self.assertFalse(meters.is_jump(D(85), 60, past, D(3)))
        self.assertFalse(meters.is_jump(D(100), 30, past, D(0)))
        self.assertFalse(meters.is_jump(D(100), 30, past, D(3), floor=D(100)))
        self.assertFalse(meters.is_jump(D(100), 30, [], D(3)))
        # after a year of nothing, anything
        self.assertTrue(meters.is_jump(D(11), 30, [(D(0), 365)], D(3), D(10)))

    def test_expected_and_between(self):
        self.assertEqual(meters.expected([(D(30), 30), (D(90), 30)], 10), 20)
        self.assertIsNone(meters.expected([], 10))
        self.assertEqual(
            meters.between(
                D(100), date(2026, 1, 1), D(160), date(2026, 3, 2), date(2026, 1, 31)
            ),
            130,
        )
