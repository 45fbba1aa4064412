from decimal import ROUND_DOWN, Decimal

from hypothesis import given, settings, strategies as st

from odoo.tests import BaseCase, tagged

from ...engine.allocation import allocate, settle

AMOUNTS = st.lists(st.decimals("0.01", "10000", places=2), max_size=8)


@tagged("post_install", "-at_install")
class TestAllocation(BaseCase):
    def test_first_ones_first(self):
        amounts = [Decimal(10), Decimal(20), Decimal(30)]
        for paid, shares in [
            (0, [0, 0, 0]),
            (5, [5, 0, 0]),
            (10, [10, 0, 0]),
            (25, [10, 15, 0]),
            (60, [10, 20, 30]),
            (99, [10, 20, 30]),
            (-5, [0, 0, 0]),
        ]:
            with self.subTest(paid=paid):
                self.assertEqual(allocate(Decimal(paid), amounts), shares)

    @given(paid=st.decimals("0", "50000", places=2), amounts=AMOUNTS)
    @settings(max_examples=200, deadline=None)
    def test_nothing_is_lost(self, paid, amounts):
        shares = allocate(paid, amounts)
        self.assertEqual(sum(shares), min(paid, sum(amounts)))
        for index, (share, amount) in enumerate(zip(shares, amounts, strict=True)):
            self.assertTrue(0 <= share <= amount)
            if share:
                # whoever comes earlier has got everything
                self.assertEqual(shares[:index], amounts[:index])


@tagged("post_install", "-at_install")
class TestSettle(BaseCase):
    def test_what_settles_what(self):
        """Amounts; money, credited, written off; aims; and what each got of them."""
        for case, amounts, pots, aimed, expected in [
            ("nothing", [10, 20], (0, 0, 0), (), [(0, 0, 0), (0, 0, 0)]),
            ("money", [10, 20], (15, 0, 0), (), [(10, 0, 0), (5, 0, 0)]),
            ("all three", [10, 20], (12, 5, 3), (), [(5, 5, 0), (7, 0, 3)]),
            ("an aim", [10, 20], (10, 8, 0), (0, 8), [(10, 0, 0), (0, 8, 0)]),
            ("more than the aim", [10, 20], (0, 15, 0), (0, 8), [(0, 7, 0), (0, 8, 0)]),
            ("less than the aim", [10, 20], (0, 3, 0), (0, 8), [(0, 0, 0), (0, 3, 0)]),
            ("too high an aim", [10, 20], (0, 15, 0), (15, 0), [(0, 10, 0), (0, 5, 0)]),
            ("a credit beside", [-5, 20], (15, 0, 0), (), [(0, -5, 0), (15, 5, 0)]),
            ("only beside", [-5, 20], (0, 0, 0), (), [(0, -5, 0), (0, 5, 0)]),
        ]:
            with self.subTest(case):
                found = settle(
                    [Decimal(amount) for amount in amounts],
                    *(Decimal(pot) for pot in pots),
                    [Decimal(aim) for aim in aimed],
                )
                self.assertEqual([tuple(row) for row in found], expected)

    @given(
        amounts=AMOUNTS,
        beside=st.lists(st.decimals("-100", "-0.01", places=2), max_size=2),
        parts=st.lists(st.integers(0, 100), min_size=4, max_size=4),
        aims=st.lists(st.decimals("0", "10000", places=2), min_size=10, max_size=10),
    )
    @settings(max_examples=200, deadline=None)
    def test_each_cent_goes_somewhere_once(self, amounts, beside, parts, aims):
        rows = beside + amounts
        total = max(sum(rows, Decimal()), Decimal())
        whole = sum(parts) or 1
        money, credited, written_off = (
            (total * part / whole).quantize(Decimal("0.01"), ROUND_DOWN)
            for part in parts[:3]
        )
        found = settle(rows, money, credited, written_off, aims[: len(rows)])
        if sum(rows) >= 0:
            self.assertEqual(sum(row.money for row in found), money)
            self.assertEqual(sum(row.credited for row in found), credited)
            self.assertEqual(sum(row.written_off for row in found), written_off)
        for amount, row in zip(rows, found, strict=True):
            low, high = sorted((Decimal(), amount))
            self.assertTrue(low <= sum(row) <= high)
            for part in row:
                self.assertTrue(low <= part <= high)
