"""Money leaves when somebody else has approved it, and once."""

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import freeze_time

from ..common import BillingCase


@freeze_time("2026-11-10")
class TestPayout(BillingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_fees()
        cls.bill()
        cls.receive(cls.owner, 362.0)
        cls.cashier = cls.make_staff("pm_out_1", "pm_billing.group_pm_cashier")
        cls.colleague = cls.make_staff("pm_out_2", "pm_billing.group_pm_cashier")
        cls.manager = cls.make_staff("pm_out_m", "pm_core.group_pm_estate_manager")
        cls.head = cls.make_staff("pm_out_c", "pm_core.group_pm_company_manager")
        cls.accountant = cls.make_staff(
            "pm_out_a", "account.group_account_invoice,account.group_account_readonly"
        )

    def payout(self, amount=100.0, user=None, **vals):
        return (
            self.env["pm.payout"]
            .with_user(user or self.cashier)
            .create(
                {
                    "partner_id": self.owner.id,
                    "property_id": self.unit.id,
                    "amount": amount,
                    "reason": "Moves out",
                    "journal_id": self.cash.id,
                    **vals,
                }
            )
        )

    def test_a_prepayment_back(self):
        self.assertEqual(self.owner.pm_prepaid, 100.0)
        payout = self.payout()
        payout.action_submit()
        with self.assertRefused(UserError, "this step needs"):
            payout.with_user(self.colleague).action_pay()
        with self.assertRefused(AccessError, "your decision"):
            payout.validate_tier()
        payout.with_user(self.manager).validate_tier()
        with self.assertRefused(AccessError, "Somebody else pays"):
            payout.action_pay()
        payout.with_user(self.colleague).action_pay()
        self.owner.invalidate_recordset(["pm_prepaid"])
        self.assertEqual((payout.state, self.owner.pm_prepaid), ("paid", 0.0))
        self.assertEqual(self.prepaid(), 0.0)
        self.assertLedgerTies()

    def test_the_way_it_came_in_is_read_at_once(self):
        payouts = (self.payout() + self.payout(50.0)).sudo()
        for payout in payouts:
            self.assertEqual(payout.origin_ids, self.env["pm.receipt"].search([]))
        self.assertQueriesDoNotGrow(payouts, lambda some: some.mapped("origin_ids"))

    def test_three_pairs_of_hands(self):
        """Who asks for it, who approves it and who pays it, whoever entered it."""
        payout = self.payout()
        payout.with_user(self.colleague).action_submit()
        payout.with_user(self.manager).validate_tier()
        for user in (self.cashier, self.colleague):
            with self.assertRefused(AccessError, "asked for by you"):
                payout.with_user(user).action_pay()
        self.manager.group_ids += self.env.ref("pm_billing.group_pm_cashier")
        with self.assertRefused(AccessError, "approved by you"):
            payout.with_user(self.manager).action_pay()

    def test_what_came_back_is_owed_again(self):
        """Its entry is not touched by hand: who keeps the books takes it back there."""
        payout = self.payout(
            journal_id=self.company_data["default_journal_bank"].id,
            other_way="Lives abroad",
        )
        payout.action_submit()
        payout.with_user(self.manager).validate_tier()
        payout.with_user(self.colleague).action_pay()
        keeper = self.make_staff(
            "pm_out_k", "account.group_account_manager,account.group_account_user"
        )
        entry = payout.move_id
        for step in ("button_draft", "button_cancel", "unlink", "_reverse_moves"):
            with self.subTest(step=step), self.assertRefused(UserError, "stay paid"):
                getattr(entry.with_user(keeper), step)()
        with self.assertRefused(AccessError, "Accountants"):
            payout.with_user(self.cashier).action_reverse()
        with self.assertRefused(UserError, "why"):
            payout.with_user(keeper).action_reverse()
        payout.reversal_reason = "The account is closed"
        payout.with_user(keeper).action_reverse()
        self.owner.invalidate_recordset(["pm_prepaid"])
        self.assertEqual((payout.state, self.owner.pm_prepaid), ("reversed", 100.0))
        self.assertEqual(self.prepaid(), 100.0)
        self.assertLedgerTies()
        with self.assertRefused(UserError, "taken back"):
            entry.with_user(keeper).button_draft()

    def test_no_more_than_is_owed(self):
        with self.assertRefused(UserError, "only .* is owed"):
            self.payout(100.01).action_submit()

    def test_nothing_is_not_asked_for(self):
        for amount in (0.0, 0.001):
            with self.assertRefused(UserError, "enter the amount"):
                self.payout(amount).action_submit()

    def test_two_requests_over_one_balance(self):
        """60.00 and 50.00 of 100.00: whoever comes second is refused, in both orders;
        what the first gives up is free again."""
        for order in (1, -1):
            first, second = (self.payout(amount) for amount in (60.0, 50.0)[::order])
            with self.subTest(first=first.amount):
                first.action_submit()
                with self.assertRefused(UserError, "not asked for by another request"):
                    second.action_submit()
                first.with_user(self.manager).validate_tier()
                with self.assertRefused(UserError, "not asked for by another request"):
                    call_kw(
                        self.env["pm.payout"].with_user(self.cashier),
                        "action_submit",
                        [second.ids],
                        {},
                    )
                self.assertEqual(second.state, "draft")
                first.with_user(self.manager).action_cancel()
                second.action_submit()
                second.with_user(self.manager).validate_tier()
                self.assertEqual(second.state, "approved")
                second.with_user(self.manager).action_cancel()

    def test_the_sum_approved_is_never_more_than_there_is(self):
        """Two that wait since before: the first that is approved has the balance."""
        for order in (1, -1):
            pair = [self.payout(), self.payout()][::order]
            for payout in pair:
                payout._as_step().write({"asked_by_id": self.cashier.id})
                payout.action_submit() if payout == pair[0] else None
            pair[1].sudo()._as_step().state = "approval"
            pair[1].invalidate_recordset(["need_validation"])
            pair[1].request_validation()
            pair[0].with_user(self.manager).validate_tier()
            with self.assertRefused(UserError, "not asked for by another request"):
                call_kw(
                    self.env["pm.payout"].with_user(self.manager),
                    "validate_tier",
                    [pair[1].ids],
                    {},
                )
            self.assertEqual(pair[0].state, "approved")
            self.assertNotEqual(pair[1].state, "approved")
            pair[0].with_user(self.manager).action_cancel()
            pair[1].sudo()._as_step().state = "cancelled"

    def test_two_requests_over_one_bill(self):
        """300.00 and 200.01 of a bill over 500.00, and by two calls at once."""
        bill = self.init_invoice(
            "in_invoice", amounts=[500.0], taxes=[], post=True, company=self.company
        )
        first, second = (
            self.payout(
                amount,
                user=self.accountant,
                kind="bill",
                bill_id=bill.id,
                partner_id=bill.partner_id.id,
                property_id=False,
                journal_id=self.company_data["default_journal_bank"].id,
            )
            for amount in (300.0, 200.01)
        )
        with self.assertRefused(UserError, "not asked for by another request"):
            (first + second).action_submit()
        second.amount = 200.0
        (first + second).action_submit()
        self.assertEqual({first.state, second.state}, {"approval"})

    def test_by_the_way_it_came(self):
        """It came in cash; by the bank it goes with a reason only."""
        payout = self.payout(journal_id=False)
        self.assertEqual(payout.journal_id, self.cash)
        self.assertEqual(payout.origin_ids.journal_id, self.cash)
        payout.journal_id = self.company_data["default_journal_bank"]
        with self.assertRefused(UserError, "Cash"):
            payout.action_submit()
        payout.other_way = "Lives abroad"
        payout.action_submit()
        self.assertEqual(payout.state, "approval")

    def test_a_large_amount_asks_more_people(self):
        self.receive(self.owner, 20000.0)
        payout = self.payout(20000.0)
        payout.action_submit()
        self.assertEqual(len(payout.review_ids), 2)

    def test_a_bill_of_a_vendor(self):
        bill = self.init_invoice(
            "in_invoice", amounts=[500.0], taxes=[], post=True, company=self.company
        )
        payout = self.payout(
            500.0,
            user=self.accountant,
            kind="bill",
            bill_id=bill.id,
            partner_id=bill.partner_id.id,
            property_id=False,
            journal_id=self.company_data["default_journal_bank"].id,
        )
        payout.action_submit()
        payout.with_user(self.head).validate_tier()
        self.assertEqual(payout.state, "approved")
        other = self.make_staff(
            "pm_out_b", "account.group_account_invoice,account.group_account_readonly"
        )
        payout.with_user(other).action_pay()
        self.assertIn(bill.payment_state, ("paid", "in_payment"))
        self.assertEqual(bill.amount_residual, 0.0)

    def test_other_payments_do_not_leave_where_the_company_says_so(self):
        self.company.pm_payouts_only = True
        payment = self.env["account.payment"].create(
            {
                "payment_type": "outbound",
                "partner_type": "supplier",
                "partner_id": self.owner.id,
                "amount": 10.0,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        with self.assertRefused(UserError, "Outgoing Payments"):
            payment.action_post()
        # nor by the state, with which Odoo posts the entry too
        with self.assertRefused(UserError, "Outgoing Payments"):
            payment.action_validate()
        with self.assertRefused(UserError, "Outgoing Payments"):
            payment.write({"state": "in_process"})
        with self.assertRaises(UserError):
            payment.copy({"state": "paid"})
        self.assertEqual(payment.state, "draft")

    def test_calls_that_no_button_makes(self):
        payout = self.payout()
        for vals in ({"state": "paid"}, {"paid_by_id": self.manager.id}):
            with self.subTest(vals=vals), self.assertRefused(AccessError, "by hand"):
                payout.write(vals)
        with self.assertRefused(UserError, "from there"):
            self.payout(kind="deposit")
        payout.action_submit()
        with self.assertRefused(AccessError, "by hand"):
            payout.amount = 1.0
