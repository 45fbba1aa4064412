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

    def test_who_waits_twice_for_a_space_waits_once(self):
        kept, double = (self.make_partner(name) for name in ("Kept", "Double"))
        requests = self.env["pm.parking.request"].create(
            [
                {
                    "property_id": self.estate.id,
                    "partner_id": partner.id,
                    "date": date,
                }
                for partner, date in ((kept, "2026-11-05"), (double, "2026-11-01"))
            ]
        )
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((kept | double).ids, kept)
        self.env.invalidate_all()
        self.assertEqual(requests.partner_id, kept)
        self.assertEqual(requests.mapped("state"), ["cancelled", "waiting"])
