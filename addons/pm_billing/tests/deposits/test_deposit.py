"""A deposit is owed from the day it is paid to the day it is given back."""

from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time

from ..common import BillingCase


@freeze_time("2026-11-10")
class TestDeposit(BillingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cashier = cls.make_staff("pm_dep_1", "pm_billing.group_pm_cashier")
        cls.colleague = cls.make_staff("pm_dep_2", "pm_billing.group_pm_cashier")
        cls.service = cls.make_staff("pm_dep_s", "pm_core.group_pm_service")
        cls.manager = cls.make_staff("pm_dep_m", "pm_core.group_pm_estate_manager")

    def deposit(self, amount=3000.0, user=None, **vals):
        return (
            self.env["pm.deposit"]
            .with_user(user or self.cashier)
            .create(
                {
                    "property_id": self.unit.id,
                    "partner_id": self.owner.id,
                    "amount": amount,
                    "journal_id": self.cash.id,
                    **vals,
                }
            )
        )

    def balance(self, account):
        lines = self.env["account.move.line"].search(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        )
        return self.company.currency_id.round(sum(lines.mapped("balance")))

    def test_received_inspected_given_back(self):
        deposit = self.deposit()
        deposit.action_receive()
        receipt = deposit.receipt_id
        self.assertEqual((receipt.kind, receipt.amount), ("deposit", 3000.0))
        self.assertTrue(receipt.name)
        liability = self.company._pm_get_deposit_account()
        self.assertEqual(self.balance(liability), -3000.0)
        # no prepayment, no income, and in the drawer
        self.assertEqual(self.owner.pm_prepaid, 0.0)
        self.assertEqual(receipt.close_id.line_ids.expected, 3000.0)
        mine = deposit.with_user(self.service)
        mine.deduction_ids = [Command.create({"reason": "Door", "amount": 500.0})]
        with self.assertRefused(UserError, "what was found"):
            mine.action_inspected()
        mine.findings = "The lobby door is scratched"
        mine.action_inspected()
        self.assertEqual(deposit.amount_back, 2500.0)
        with self.assertRefused(UserError, "this step needs"):
            mine.deduction_ids.amount = 1.0
        payout = self.env["pm.payout"].browse(mine.action_give_back()["res_id"])
        self.assertEqual(mine.action_give_back()["res_id"], payout.id)
        self.assertEqual((payout.amount, payout.journal_id), (2500.0, self.cash))
        payout.with_user(self.service).action_submit()
        self.assertEqual(payout.state, "approval")
        payout.with_user(self.manager).validate_tier()
        self.assertEqual(payout.state, "approved")
        payout.with_user(self.colleague).action_pay()
        self.assertEqual((payout.state, deposit.state), ("paid", "returned"))
        self.assertEqual(self.balance(liability), 0.0)
        self.assertEqual(self.balance(self.company._pm_get_deduction_account()), -500.0)
        self.assertEqual(payout.close_id.user_id, self.colleague)
        self.assertEqual(payout.close_id.line_ids.returned, 2500.0)
        with self.assertRefused(UserError, "this step needs"):
            payout.with_user(self.colleague).action_pay()

    def test_no_more_is_kept_than_was_deposited(self):
        deposit = self.deposit(100.0)
        deposit.action_receive()
        with self.assertRaises(CheckViolation), self.cr.savepoint():
            deposit.deduction_ids = [Command.create({"reason": "x", "amount": 101.0})]
            self.env.flush_all()

    def test_a_receipt_taken_back_opens_nothing(self):
        deposit = self.deposit()
        deposit.action_receive()
        deposit.receipt_id._cancel("Wrong unit")
        self.assertEqual(deposit.state, "cancelled")
        self.assertEqual(self.balance(self.company._pm_get_deposit_account()), 0.0)
        other = self.deposit()
        other.action_receive()
        other.action_inspected()
        with self.assertRefused(UserError, "inspected or given back"):
            other.receipt_id._cancel("x")

    def test_who_takes_money(self):
        deposit = self.deposit(user=self.service, journal_id=False)
        with self.assertRefused(AccessError, "."):
            deposit.action_receive()
        with self.assertRefused(UserError, "how the money was paid"):
            deposit.with_user(self.cashier).action_receive()
        deposit.with_user(self.cashier).journal_id = self.cash
        deposit.with_user(self.cashier).action_receive()
        with self.assertRefused(UserError, "this step needs"):
            deposit.with_user(self.cashier).action_receive()
        for vals in ({"state": "returned"}, {"amount": 1.0}):
            with self.subTest(vals=vals), self.assertRefused(AccessError, "by hand"):
                deposit.write(vals)
