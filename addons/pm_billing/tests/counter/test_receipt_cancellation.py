"""Taking money back takes a reason, and the receipt of another a second person."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from ..common import BillingCase


@freeze_time("2026-11-10")
class TestReceiptCancellation(BillingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_fees()
        cls.bill()
        cls.cashier = cls.make_staff("pm_cancel_1", "pm_billing.group_pm_cashier")
        cls.colleague = cls.make_staff("pm_cancel_2", "pm_billing.group_pm_cashier")
        cls.manager = cls.make_staff("pm_cancel_m", "pm_core.group_pm_estate_manager")

    def taken(self, user=None, **vals):
        receipt = (
            self.env["pm.receipt"]
            .with_user(user or self.cashier)
            ._receive(
                self.owner,
                self.open_charges(self.owner).with_user(user or self.cashier),
                100.0,
                self.cash.sudo(),
                **vals,
            )
        )
        return receipt

    def ask(self, receipt, user, reason="Wrong person"):
        context = receipt.with_user(user).action_cancel()["context"]
        return (
            self.env["pm.receipt.cancellation"]
            .with_user(user)
            .with_context(**context)
            .create({"reason": reason})
        )

    def test_ones_own_of_today(self):
        receipt = self.taken()
        request = self.ask(receipt, self.cashier)
        request.action_submit()
        self.assertEqual((receipt.state, request.state), ("cancelled", "approved"))
        self.assertFalse(request.needs_second)
        self.assertIn("Wrong person", receipt.message_ids[0].body)
        self.assertLedgerTies()

    def test_a_reason_is_needed(self):
        request = self.ask(self.taken(), self.cashier, reason="  ")
        with self.assertRefused(UserError, "Say why"):
            request.action_submit()

    def test_whose_agreement_it_takes(self):
        for case, receipt, who in [
            ("of a colleague", self.taken(), self.colleague),
            ("of yesterday", self.taken(date="2026-11-09"), self.cashier),
        ]:
            with self.subTest(case):
                request = self.ask(receipt, who)
                request.action_submit()
                self.assertEqual(request.state, "approval")
                self.assertEqual(receipt.state, "posted")
                self.assertEqual(request.review_ids.reviewer_ids, self.manager)
                # nobody agrees to what they ask for themselves
                with self.assertRefused(AccessError, "your decision"):
                    request.validate_tier()
                self.assertEqual((request.state, receipt.state), ("approval", "posted"))
                request.with_user(self.manager).validate_tier()
                self.assertEqual(
                    (request.state, receipt.state), ("approved", "cancelled")
                )
                self.assertLedgerTies()

    def test_refused_by_the_manager(self):
        receipt = self.taken()
        request = self.ask(receipt, self.colleague)
        request.action_submit()
        request.with_user(self.manager).reject_tier()
        self.assertEqual((request.state, receipt.state), ("draft", "posted"))

    def test_without_a_level_a_cashier_does_not_decide_alone(self):
        self.env["tier.definition"].search(
            [("model", "=", "pm.receipt.cancellation")]
        ).active = False
        receipt = self.taken()
        request = self.ask(receipt, self.colleague)
        with self.assertRefused(AccessError, "approved by somebody else"):
            request.action_submit()
        both = self.make_staff(
            "pm_cancel_both",
            "pm_billing.group_pm_cashier,pm_core.group_pm_estate_manager",
        )
        request.with_user(both).action_submit()
        self.assertEqual(receipt.state, "cancelled")
        # nor who wants it, of a colleague's
        with self.assertRefused(AccessError, "approved by somebody else"):
            self.ask(self.taken(), both).action_submit()
        own = self.taken(both, date="2026-11-09")
        with self.assertRefused(AccessError, "approved by somebody else"):
            self.ask(own, both).action_submit()

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule")
    def test_calls_that_no_button_makes(self):
        receipt, other = self.taken(), self.taken(self.colleague)
        request = self.ask(receipt, self.cashier)
        for vals in (
            {"state": "approved"},
            {"receipt_id": other.id},
            {"needs_second": True},
        ):
            with self.subTest(vals=vals), self.assertRefused(AccessError, "."):
                request.write(vals)
        with self.assertRefused(AccessError, "."):
            self.env["pm.receipt.cancellation"].with_user(self.manager).create(
                {"receipt_id": other.id, "reason": "x"}
            )
        request.with_user(self.colleague).action_submit()
        self.assertEqual((request.state, receipt.state), ("approval", "posted"))
        with self.assertRefused(UserError, "this step needs"):
            request.reason = "Something else"
        with self.assertRefused(UserError, "this step needs"):
            request.unlink()

    def test_it_is_cancelled_once(self):
        receipt = self.taken()
        request = self.ask(receipt, self.cashier)
        self.assertEqual(
            receipt.with_user(self.cashier).action_cancel()["res_id"], request.id
        )
        request.action_submit()
        again = (
            self.env["pm.receipt.cancellation"]
            .with_user(self.cashier)
            .create({"receipt_id": receipt.id, "reason": "Again"})
        )
        with self.assertRefused(UserError, "cancelled already"):
            again.action_submit()
        self.assertEqual(len(receipt.sudo().move_id.reversal_move_ids), 1)
        self.assertLedgerTies()
