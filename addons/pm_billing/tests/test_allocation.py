from decimal import Decimal

from hypothesis import given, settings, strategies as st

from odoo.tests import BaseCase, tagged

from ..engine.allocation import allocate

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
