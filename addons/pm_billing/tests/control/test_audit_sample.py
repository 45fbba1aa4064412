"""Charges drawn by chance, with what the reviewer found."""

import random

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..common import BillingCase


@tagged("post_install", "-at_install")
class TestAuditSample(BillingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_fees()
        cls.bill_run = cls.bill(date_invoice="2026-11-01")
        cls.auditor = cls.make_staff(
            "auditor", "account.group_account_readonly", email="audit@example.com"
        )

    def make_sample(self, **vals):
        return (
            self.env["pm.audit.sample"]
            .create(
                {
                    "name": "November",
                    "property_id": self.estate.id,
                    "date_from": "2026-11-01",
                    "date_to": "2026-11-30",
                    "size": 4,
                    **vals,
                }
            )
            .with_user(self.auditor)
        )

    def test_drawn_with_evidence(self):
        receipt = self.receive(self.owner, 262.0)
        sample = self.make_sample(size=100)
        sample.action_draw()
        self.assertEqual(
            sample.line_ids.charge_id, self.bill_run.charge_ids.sorted("id")
        )
        self.assertEqual(sample.population, 6)
        line = sample.line_ids.filtered(lambda row: row.partner_id == self.owner)[:1]
        self.assertEqual(line.receipts, receipt.name)
        self.assertEqual(line.move_id, line.charge_id.move_id)
        self.assertTrue(line.formula)

    def test_draw_can_be_repeated(self):
        sample = self.make_sample()
        sample.action_draw()
        self.assertEqual(len(sample.line_ids), 4)
        again = random.Random(sample.seed).sample(  # noqa: S311
            self.bill_run.charge_ids.sorted("id").ids, 4
        )
        self.assertEqual(sorted(again), sample.line_ids.charge_id.sorted("id").ids)

    def test_results_are_kept(self):
        sample = self.make_sample()
        sample.action_draw()
        with self.assertRaisesRegex(UserError, "have no result yet"):
            sample.action_close()
        sample.line_ids.write({"result": "right"})
        sample.line_ids[0].write({"result": "wrong", "note": "Area of 2019"})
        self.assertEqual(sample.line_ids[0].reviewed_by, self.auditor)
        self.assertEqual((sample.reviewed_count, sample.deviation_count), (4, 1))
        sample.action_close()
        self.assertEqual(sample.closed_by, self.auditor)
        with self.assertRaisesRegex(UserError, "stay as they are"):
            sample.line_ids[0].write({"result": "right"})
        with self.assertRaisesRegex(UserError, "stays as it is"):
            sample.write({"size": 9})
        with self.assertRaises(AccessError):
            sample.unlink()
        with self.assertRaisesRegex(UserError, "results are kept"):
            sample.sudo().unlink()

    def test_what_clients_may_not(self):
        sample = self.make_sample()
        sample.action_draw()
        with self.assertRaises(UserError):
            sample.action_draw()
        for vals in ({"state": "closed"}, {"seed": 1}, {"population": 1}):
            with self.assertRaises(AccessError):
                sample.write(vals)
        with self.assertRaises(AccessError):
            sample.line_ids[0].write({"reviewed_by": self.env.uid})

    def test_nothing_billed(self):
        with self.assertRaisesRegex(UserError, "Nothing was billed"):
            self.make_sample(date_from="2020-01-01", date_to="2020-01-31").action_draw()
