"""Ledger = charges = receipts, and the record that differs."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..common import BillingCase


@tagged("post_install", "-at_install")
class TestLedgerCheck(BillingCase):
    def check(self):
        return self.env["pm.ledger.check"]._run(self.company)

    def figures(self, check):
        line = check.line_ids.filtered(lambda row: row.estate_id == self.estate)
        return {
            name.removeprefix("amount_"): line[name]
            for name in line._fields
            if name.startswith("amount_")
        }

    def kinds(self, check):
        return sorted(
            (row.kind, (row.move_id or row.receipt_id).name)
            for row in check.difference_ids
        )

    def test_agrees(self):
        """Billed, paid, prepaid, credited, cancelled, undone."""
        fees = self.make_fees()
        self.bill()
        self.receive(self.owners[0], 262.0)
        self.receive(self.owners[1], 300.0)
        self.receive(self.owners[2], 100.0)
        check = self.check()
        self.assertEqual(check.state, "agrees", check.difference_ids.mapped("kind"))
        self.assertEqual(
            self.figures(check),
            {
                "billed": 786.0,
                "billed_charges": 786.0,
                "open": 162.0,
                "open_charges": 162.0,
                "received": 624.0,
                "received_charges": 624.0,
                "by_receipt": 624.0,
                "receipts": 624.0,
            },
        )
        fees[0].date_to = "2026-11-14"
        second = self.bill("2026-12-01", "2026-12-31")
        self.assertEqual(self.check().state, "agrees")
        second.action_undo()
        self.assertEqual(self.check().state, "agrees")

    def test_charge_that_differs(self):
        self.make_fees()
        run = self.bill()
        charge = run.charge_ids[0]
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE pm_charge SET amount_residual = amount_residual - 1 WHERE id = %s",
            [charge.id],
        )
        self.env.invalidate_all()
        check = self.check()
        self.assertEqual(check.state, "differs")
        self.assertEqual(self.kinds(check), [("open", charge.move_id.name)])
        action = check.difference_ids.action_open()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("account.move", charge.move_id.id)
        )

    def test_invoice_that_differs(self):
        """Somebody writes into the ledger itself."""
        self.make_fees()
        move = self.bill().move_ids[0]
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move_line SET balance = balance + 5 WHERE move_id = %s"
            " AND display_type = 'payment_term'",
            [move.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self.kinds(self.check()), [("billed", move.name)])

    def test_a_charge_whose_bill_does_not_count(self):
        """Set back to draft, or taken from the charge, behind all guards: nothing in
        the ledger stands for it, and it is found all the same."""
        self.make_fees()
        charge = self.bill().charge_ids[0]
        move = charge.move_id
        siblings = move.pm_charge_ids
        self.env.flush_all()
        for query, record in (
            ("UPDATE account_move SET state = 'draft' WHERE id = %s", move),
            ("UPDATE account_move SET state = 'posted' WHERE id = %s", move),
            ("UPDATE pm_charge SET move_id = NULL WHERE move_id = %s", move),
        ):
            self.env.cr.execute(query, [record.id])
            self.env.invalidate_all()
            check = self.check()
            if "'posted'" in query:
                self.assertEqual(check.state, "agrees")
                continue
            found = check.difference_ids.filtered("charge_id")
            self.assertEqual(
                [(row.kind, row.amount_ledger, row.amount_found) for row in found],
                [
                    ("billed", 0.0, sum(siblings.mapped("amount"))),
                    ("open", 0.0, sum(siblings.mapped("amount"))),
                ],
            )
            self.assertEqual(found.estate_id, self.estate)
            action = found[0].action_open()
            self.assertEqual(
                (action["res_model"], action["res_id"]),
                ("pm.charge", siblings.sorted("id")[0].id),
            )

    def test_a_company_that_only_has_receipts(self):
        self.receive(self.owner, 100.0, self.env["pm.charge"])
        self.assertIn(self.company, self.env["pm.ledger.check"]._companies())

    def test_receipt_without_entry(self):
        self.make_fees()
        self.bill()
        receipt = self.receive(self.owner, 262.0)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE pm_receipt SET move_id = NULL, payment_id = NULL WHERE id = %s",
            [receipt.id],
        )
        self.env.invalidate_all()
        kinds = dict(self.kinds(self.check()))
        self.assertEqual(kinds["entry"], receipt.name)

    def test_every_night(self):
        """Who keeps the books is asked, once for each night in which they differ."""
        accountant = self.make_staff(
            "accountant_check", "account.group_account_invoice", email="a@example.com"
        )
        self.make_fees()
        charge = self.bill().charge_ids[0]
        domain = [("user_id", "=", accountant.id), ("res_model", "=", "res.company")]
        self.env["pm.ledger.check"]._cron_run()
        self.assertFalse(self.env["mail.activity"].search(domain))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE pm_charge SET amount_paid = 1 WHERE id = %s", [charge.id]
        )
        self.env.invalidate_all()
        self.env["pm.ledger.check"]._cron_run()
        self.assertEqual(len(self.env["mail.activity"].search(domain)), 1)

    def test_who_may(self):
        accountant = self.make_staff(
            "accountant_now", "account.group_account_readonly", email="b@example.com"
        )
        action = self.env["pm.ledger.check"].with_user(accountant).action_check_now()
        self.assertTrue(action["res_id"])
        clerk = self.make_staff("clerk_now", "pm_billing.group_pm_billing_clerk")
        with self.assertRaises(AccessError):
            self.env["pm.ledger.check"].with_user(clerk).action_check_now()
