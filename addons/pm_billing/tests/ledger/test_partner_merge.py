from odoo.tests import freeze_time

from ..common import BillingCase


@freeze_time("2026-11-10")
class TestPartnerMerge(BillingCase):
    def test_receipts_of_both_stay(self):
        """Each has its first receipt: their turns would be the same."""
        kept, double = (self.make_partner(name) for name in ("Kept", "Double"))
        receipts = self.receive(kept, 100) | self.receive(double, 50)
        self.assertEqual(receipts.mapped("turn"), [1, 1])
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((kept | double).ids, kept)
        self.env.invalidate_all()
        self.assertEqual(receipts.partner_id, kept)
        self.assertEqual(sorted(receipts.mapped("turn")), [1, 2])
        self.assertEqual(sum(receipts.mapped("amount")), 150)
        # the next payment has a turn of its own
        self.assertEqual(self.receive(kept, 1).turn, 3)
