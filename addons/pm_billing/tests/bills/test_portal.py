"""Bills on the portal: the payer's own, or the firm's."""

from odoo import Command
from odoo.tests import new_test_user, tagged

from ..common import BillingCase


@tagged("post_install", "-at_install")
class TestBillsOnThePortal(BillingCase):
    def resident(self, login, partner):
        return new_test_user(
            self.env,
            login=login,
            groups="base.group_portal",
            partner_id=partner.id,
            company_id=self.company.id,
        )

    def seen(self, user):
        """The payers of the bills that ``user`` sees, in moves and in their lines."""
        moves = self.env["account.move"].with_user(user).search([])
        lines = self.env["account.move.line"].with_user(user).search([])
        self.assertEqual(lines.move_id, moves)
        return moves.sudo().partner_id

    def check_each_sees_the_own(self, parent):
        self.owners.write({"parent_id": parent.id})
        self.make_fees()
        moves = self.bill().move_ids
        self.assertEqual(moves.partner_id, self.owners)
        for owner in self.owners:
            user = self.resident(f"pm_payer_{owner.id}", owner)
            with self.subTest(owner=owner.name):
                self.assertEqual(self.seen(user), owner)
                for move in moves:
                    self.assertEqual(
                        move.with_user(user).has_access("read"),
                        move.partner_id == owner,
                    )

    def test_colleagues_do_not_see_each_others_bills(self):
        self.check_each_sees_the_own(self.make_partner("Firm", is_company=True))

    def test_relatives_do_not_see_each_others_bills(self):
        self.check_each_sees_the_own(self.make_partner("Father"))

    def test_what_is_entered_by_hand_is_the_payers_too(self):
        """An invoice or refund of no property, to a person under a firm or relative."""
        parent = self.make_partner("Firm", is_company=True)
        self.owners.write({"parent_id": parent.id})
        moves = self.env["account.move"].create(
            [
                {
                    "move_type": kind,
                    "partner_id": owner.id,
                    "invoice_line_ids": [
                        Command.create({"name": "Keys", "price_unit": 20})
                    ],
                }
                for kind in ("out_invoice", "out_refund")
                for owner in self.owners
            ]
        )
        moves.action_post()
        for owner in self.owners:
            user = self.resident(f"pm_hand_{owner.id}", owner)
            with self.subTest(owner=owner.name):
                self.assertEqual(self.seen(user), owner)
                for move in moves:
                    self.assertEqual(
                        move.with_user(user).has_access("read"),
                        move.partner_id == owner,
                    )

    def test_a_firms_bills_are_the_firms(self):
        self.owner.is_company = True
        self.make_fees(self.unit)
        self.bill()
        clerk = self.make_partner("Clerk", parent_id=self.owner.id)
        self.assertEqual(self.seen(self.resident("pm_clerk", clerk)), self.owner)

    def test_an_accountant_reads_payers_and_no_identity_papers(self):
        accountant = new_test_user(
            self.env,
            login="pm_accountant_alone",
            groups="account.group_account_invoice",
            company_id=self.company.id,
        )
        self.assertTrue(self.owner.with_user(accountant).name)
        file = self.env["ir.attachment"].create(
            {
                "name": "scan.pdf",
                "raw": b"%PDF-1.4",
                "res_model": "res.partner",
                "res_id": self.owner.id,
            }
        )
        self.env["pm.document"].create(
            {
                "type_id": self.env.ref("pm_core.document_type_customer_id").id,
                "res_model": "res.partner",
                "res_id": self.owner.id,
                "attachment_ids": [Command.link(file.id)],
            }
        )
        self.assertFalse(file.with_user(accountant).has_access("read"))
        for login in ("cashier", "billing_clerk"):
            staff = self.make_staff(f"pm_scan_{login}", f"pm_billing.group_pm_{login}")
            self.assertTrue(self.owner.with_user(staff).has_access("read"))
            self.assertFalse(file.with_user(staff).has_access("read"))
