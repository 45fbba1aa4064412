"""What residents pay online: several bills at once, and each notification once."""

from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time

from ..common import BillingCase


@freeze_time("2026-11-10")
class TestOnline(BillingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_fees()
        cls.bill("2026-10-01", "2026-10-31")
        cls.bill()
        cls.bank = cls.company_data["default_journal_bank"]
        cls.method = cls.env["payment.method"].sudo().search([], limit=1)
        cls.provider = (
            cls.env["payment.provider"]
            .sudo()
            .create(
                {
                    "name": "Test Pay",
                    "code": "none",
                    "state": "test",
                    "company_id": cls.company.id,
                    "payment_method_ids": [Command.set(cls.method.ids)],
                }
            )
        )
        cls.provider.journal_id = cls.bank

    def bills(self, partner=None):
        return self.open_charges(partner or self.owner).move_id

    def transaction(self, bills, amount, reference="TX-1"):
        return (
            self.env["payment.transaction"]
            .sudo()
            .create(
                {
                    "provider_id": self.provider.id,
                    "payment_method_id": self.method.id,
                    "amount": amount,
                    "currency_id": self.company.currency_id.id,
                    "partner_id": bills.partner_id.id,
                    "reference": reference,
                    "provider_reference": f"P-{reference}",
                    "operation": "online_redirect",
                    "invoice_ids": [Command.set(bills.ids)],
                }
            )
        )

    def receipts(self):
        return self.env["pm.receipt"].search([("partner_id", "=", self.owner.id)])

    def test_a_key_that_somebody_took(self):
        """Whatever a client calls its form: the money of the transaction is booked."""
        transaction = self.transaction(self.bills(), 400.0)
        cashier = self.make_staff("pm_online_c", "pm_billing.group_pm_cashier")
        form = (
            self.env["pm.counter"]
            .with_user(cashier)
            .create(
                {
                    "property_id": self.unit.id,
                    "request_key": f"online-{transaction.id}",
                    "journal_id": self.bank.id,
                    "amount": 100.0,
                }
            )
        )
        form.action_pay()
        transaction._create_payment()
        self.assertEqual(
            sorted(self.receipts().mapped(lambda one: (one.source, one.amount))),
            [("counter", 100.0), ("online", 400.0)],
        )
        self.assertLedgerTies()

    def test_several_bills_at_once(self):
        transaction = self.transaction(self.bills(), 524.0)
        transaction._set_done()
        transaction._post_process()
        receipt = self.receipts()
        self.assertEqual((receipt.amount, receipt.source), (524.0, "online"))
        self.assertEqual(receipt.channel_ref, "P-TX-1")
        self.assertEqual(transaction.payment_id, receipt.payment_id)
        self.assertTrue(receipt.name)
        self.assertFalse(receipt.close_id)
        self.assertFalse(self.open_charges(self.owner))
        self.assertLedgerTies()

    def test_one_of_them(self):
        """The later bill was chosen: the earlier one stays open."""
        later = self.bills().sorted("invoice_date_due")[-1]
        earlier = self.bills() - later
        transaction = self.transaction(later, 262.0)
        transaction._set_done()
        transaction._post_process()
        self.assertEqual(self.bills(), earlier)
        self.assertLedgerTies()

    def test_a_notification_that_comes_twice(self):
        transaction = self.transaction(self.bills(), 524.0)
        for _again in range(2):
            transaction._set_done()
            transaction._post_process()
        transaction.payment_id = False
        transaction._post_process()
        self.assertEqual(len(self.receipts()), 1)
        self.assertEqual(transaction.payment_id, self.receipts().payment_id)
        self.assertEqual(self.owner.pm_prepaid, 0.0)

    def test_a_notification_that_comes_late(self):
        """The customer has paid at the counter meanwhile."""
        transaction = self.transaction(self.bills(), 524.0)
        self.receive(self.owner, 524.0)
        transaction._set_done()
        transaction._post_process()
        late = self.receipts() - self.receipts().filtered(
            lambda receipt: receipt.source == "counter"
        )
        self.assertEqual((late.amount, late.amount_prepaid), (524.0, 524.0))
        self.assertEqual(self.owner.pm_prepaid, 524.0)
        self.assertLedgerTies()

    def test_what_failed_books_nothing(self):
        transaction = self.transaction(self.bills(), 524.0)
        transaction._set_error("declined")
        transaction._post_process()
        self.assertFalse(self.receipts())

    def test_back_through_the_provider(self):
        """300.00 too much were paid online: the provider gives them back."""
        transaction = self.transaction(self.bills(), 824.0)
        transaction._set_done()
        transaction._post_process()
        self.assertEqual(self.owner.pm_prepaid, 300.0)
        asked = []

        def refund(refunding):
            asked.append(refunding.amount)
            refunding._set_done()
            refunding._post_process()

        payout = (
            self.env["pm.payout"]
            .sudo()
            ._as_step()
            .create(
                {
                    "partner_id": self.owner.id,
                    "property_id": self.unit.id,
                    "amount": 300.0,
                    "reason": "Paid too much",
                    "state": "approved",
                }
            )
        )
        self.assertEqual(payout.journal_id, self.bank)
        cashier = self.make_staff("pm_online_back", "pm_billing.group_pm_cashier")
        Provider, Transaction = type(self.provider), type(transaction)
        with (
            patch.object(Provider, "_compute_feature_support_fields", _can_refund),
            patch.object(Transaction, "_send_refund_request", refund),
        ):
            self.provider.invalidate_recordset(["support_refund"])
            payout.with_user(cashier).action_pay()
        self.assertEqual(asked, [-300.0])
        self.assertEqual((payout.state, payout.transaction_id.state), ("paid", "done"))
        self.assertFalse(payout.transaction_id.payment_id)
        self.assertEqual((self.owner.pm_prepaid, self.prepaid()), (0.0, 0.0))
        lines = self.env["account.move.line"].search(
            [
                ("account_id", "=", self.bank.default_account_id.id),
                ("parent_state", "=", "posted"),
            ]
        )
        self.assertEqual(sum(lines.mapped("balance")), 524.0)
        self.assertLedgerTies()
        # 300.00 of 824.00 went back: what more goes back is of the rest
        self.assertEqual(transaction._pm_refundable(), 524.0)
        with patch.object(Provider, "_compute_feature_support_fields", _can_refund):
            self.provider.invalidate_recordset(["support_refund"])
            self.assertEqual(payout.sudo()._online_source(), transaction)
            payout.sudo()._as_step().amount = 524.01
            self.assertFalse(payout.sudo()._online_source())
        payout.sudo()._as_step().amount = 300.0
        keeper = self.make_staff(
            "pm_online_k", "account.group_account_manager,account.group_account_user"
        )
        payout.reversal_reason = "It came back"
        with self.assertRefused(UserError, "went back through Test Pay"):
            payout.with_user(keeper).action_reverse()


def _can_refund(providers):
    providers.update(
        {
            "support_manual_capture": None,
            "support_express_checkout": False,
            "support_tokenization": False,
            "support_refund": "partial",
        }
    )
