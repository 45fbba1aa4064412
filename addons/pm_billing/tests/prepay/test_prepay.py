"""Months paid ahead with a discount, to the cent: agreed, billed, given back."""

from odoo import Command
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import Form, HttpCase, freeze_time, new_test_user

from ..common import BillingCase


@freeze_time("2026-11-10")
class TestPrepay(BillingCase, HttpCase):
    """250.00 service and 12.00 facilities a month, billed until November 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_fees(cls.unit)
        cls.bill()
        cls.cashier = cls.make_staff("pm_ahead_1", "pm_billing.group_pm_cashier")
        cls.colleague = cls.make_staff("pm_ahead_2", "pm_billing.group_pm_cashier")
        cls.manager = cls.make_staff("pm_ahead_m", "pm_core.group_pm_estate_manager")
        cls.rule = cls.env["pm.prepay.rule"].create(
            {"name": "Pay 12, one free", "months": 12, "free_months": 1}
        )

    def counter(self, months=12, **vals):
        form = Form(self.env["pm.counter"].with_user(self.cashier))
        form.property_id = self.unit
        form.prepay_months = months
        for name, value in vals.items():
            form[name] = value
        return form

    def prepay(self, **vals):
        self.counter(**vals).save()._book()
        return self.env["pm.prepay"].search([], limit=1)

    def bill_month(self, first, last):
        with freeze_time(first):
            run = self.bill(first, last)
            with self.enter_registry_test_mode():
                cron = self.env.ref("pm_billing.ir_cron_use_prepayments")
                cron.method_direct_trigger()
        return run

    def balance(self, account):
        lines = self.env["account.move.line"].search(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        )
        return self.company.currency_id.round(sum(lines.mapped("balance")))

    def income(self):
        lines = self.env["account.move.line"].search(
            [
                ("account_id.account_type", "=", "income"),
                ("parent_state", "=", "posted"),
                ("company_id", "=", self.company.id),
            ]
        )
        return -self.company.currency_id.round(sum(lines.mapped("balance")))

    def percent(self):
        self.rule.write({"kind": "percent", "percent": 10.0})

    def test_a_free_month(self):
        form = self.counter()
        self.assertEqual(form.prepay_rule_id, self.rule)
        # 12 × 262.00 less one month, and November that is open
        self.assertEqual((form.amount_prepay, form.amount), (2882.0, 3144.0))
        before = self.income()
        receipt = form.save()._book()
        self.assertEqual((receipt.amount_applied, receipt.amount_prepaid), (262, 2882))
        prepay = receipt.prepay_id
        self.assertRecordValues(
            prepay,
            [
                {
                    "amount": 3144.0,
                    "amount_discount": 262.0,
                    "amount_paid": 2882.0,
                    "amount_left": 2882.0,
                }
            ],
        )
        self.assertEqual(
            [str(prepay.date_from), str(prepay.date_to)], ["2026-12-01", "2027-11-30"]
        )
        # money that was taken is owed to the customer, and is no income
        self.assertEqual((self.income(), self.prepaid()), (before, 2882.0))
        self.bill_month("2026-12-01", "2026-12-31")
        self.assertFalse(self.open_charges(self.owner))
        self.assertEqual((prepay.amount_left, self.prepaid()), (2620.0, 2620.0))
        run = self.bill_month("2027-01-01", "2027-11-30")
        free = run.charge_ids.filtered(lambda row: row.correction == "discount")
        self.assertEqual(sorted(free.mapped("amount")), [-250.0, -12.0])
        self.assertEqual(str(free[0].date_from), "2027-11-01")
        self.assertFalse(self.open_charges(self.owner))
        self.assertEqual((prepay.amount_left, self.prepaid()), (0.0, 0.0))
        # 262.00 less 6 %
        account = self.company.pm_discount_account_id
        self.assertEqual(self.balance(account), 247.17)
        november = run.charge_ids.filtered(
            lambda row: str(row.date_from) == "2027-11-01" and row.amount > 0
        )
        self.assertEqual(sum(november.mapped("amount_paid")), 0.0)
        self.assertLedgerTies()

    def test_a_price_that_changes_does_not_begin_the_months_anew(self):
        """Six months of which one is at the old price are not seven."""
        fee = self.env["pm.fee"].search(
            [("property_id", "=", self.unit.id), ("fee_item_id", "=", self.service.id)]
        )
        fee.date_to = "2026-12-31"
        fee.flush_recordset()
        self.make_fee(self.unit, date_from="2027-01-01")
        self.rule.active = False
        form = self.counter(months=6)
        self.assertEqual(form.amount_prepay, 6 * 262.0)

    def test_a_percentage_and_its_end(self):
        """2,829.60 are paid; December costs 235.80, in full 262.00. Given back after it
        the discount of December is owed: 2,829.60 − 262.00 = 2,567.60 go back."""
        self.percent()
        prepay = self.prepay()
        self.assertEqual(prepay.amount_paid, 2829.6)
        run = self.bill_month("2026-12-01", "2026-12-31")
        self.assertEqual(run.move_ids.mapped("amount_total"), [235.8])
        service = run.charge_ids.filtered(
            lambda row: row.fee_item_id == self.service and row.amount > 0
        )
        self.assertEqual((service.amount_paid, service.amount_credited), (225.0, 25.0))
        account = self.company.pm_discount_account_id
        # 25.00 and 1.20, each less 6 % and rounded
        self.assertEqual(self.balance(account), 24.71)
        self.assertEqual(prepay.amount_left, 2593.8)
        with freeze_time("2026-12-20"):
            action = prepay.with_user(self.cashier).action_give_back()
            refund = Form(
                self.env["pm.prepay.refund"]
                .with_user(self.cashier)
                .with_context(**action["context"])
            )
            self.assertEqual((refund.amount_lost, refund.amount_back), (26.2, 2567.6))
            self.assertEqual(refund.journal_id, self.cash)
            refund.reason = "Sold"
            payout = self.env["pm.payout"].browse(refund.save().action_ask()["res_id"])
            self.assertEqual((payout.amount, payout.state), (2567.6, "approval"))
            with self.assertRefused(AccessError, "."):
                payout.with_user(self.cashier).validate_tier()
            payout.with_user(self.manager).validate_tier()
            payout.with_user(self.colleague).action_pay()
        self.assertEqual((prepay.state, self.prepaid()), ("ended", 0.0))
        self.assertEqual(str(prepay.date_to), "2026-12-31")
        # but for the cent by which the taxes of the two bills are rounded
        self.assertLessEqual(abs(self.balance(account)), 0.01)
        self.assertLedgerTies()
        # later months are charged in full
        run = self.bill_month("2027-01-01", "2027-01-31")
        self.assertEqual(sum(run.charge_ids.mapped("amount")), 262.0)

    def test_given_back_before_any_month(self):
        prepay = self.prepay()
        payout = prepay.with_user(self.cashier)._give_back("Sold", self.cash)
        self.assertEqual(payout.amount, 2882.0)
        self.assertEqual(prepay.state, "ended")
        with self.assertRefused(UserError, "already"):
            prepay.with_user(self.cashier).action_give_back()
        # the same months may be paid ahead again
        receipts = self.counter().save()._book()
        self.assertEqual(receipts.mapped("kind"), ["money"])
        self.pay_back(payout)
        self.assertEqual(self.prepaid(), receipts.prepay_id.amount_left)
        self.assertBooksAgree()

    def pay_back(self, payout):
        payout.with_user(self.manager).validate_tier()
        payout.with_user(self.colleague).action_pay()
        self.assertEqual(payout.state, "paid")

    def assertBooksAgree(self):
        self.assertLedgerTies()
        check = self.env["pm.ledger.check"]._run(self.company)
        self.assertEqual(check.state, "agrees")

    def test_what_is_asked_back_is_not_used_meanwhile(self):
        """December and January are billed in full while the request waits: they stay
        open, and what was asked back is paid back to the cent."""
        self.company.pm_wallet_auto = True
        prepay = self.prepay()
        payout = prepay.with_user(self.cashier)._give_back("Sold", self.cash)
        self.bill_month("2026-12-01", "2026-12-31")
        payout.with_user(self.manager).validate_tier()
        self.bill_month("2027-01-01", "2027-01-31")
        self.assertEqual((payout.state, self.prepaid()), ("approved", 2882.0))
        charges = self.open_charges(self.owner)
        self.assertEqual(sum(charges.mapped("amount_residual")), 524.0)
        form = self.counter(0)
        self.assertEqual((form.amount_prepaid, form.amount_usable), (2882.0, 0.0))
        self.assertFalse(form.use_prepayment)
        payout.with_user(self.colleague).action_pay()
        self.assertEqual((payout.state, self.prepaid()), ("paid", 0.0))
        self.receive(self.owner, 524.0)
        self.assertBooksAgree()

    def test_what_is_not_paid_back_is_used_again(self):
        """A general balance of 300.00, of which 200.00 are asked back: the bill has
        100.00 of it; the request is given up, and the next bill has the rest."""
        self.company.pm_wallet_auto = True
        self.receive(self.owner, 562.0)
        payout = (
            self.env["pm.payout"]
            .with_user(self.cashier)
            .create(
                {
                    "partner_id": self.owner.id,
                    "property_id": self.unit.id,
                    "amount": 200.0,
                    "reason": "Back",
                    "journal_id": self.cash.id,
                }
            )
        )
        payout.action_submit()
        self.bill_month("2026-12-01", "2026-12-31")
        self.assertEqual(self.prepaid(), 200.0)
        payout.with_user(self.manager).validate_tier()
        payout.with_user(self.manager).action_cancel()
        self.bill_month("2027-01-01", "2027-01-31")
        self.assertEqual(self.prepaid(), 0.0)
        self.assertBooksAgree()

    def test_paid_ahead_once(self):
        self.prepay()
        form = self.counter()
        counter = form.save()
        self.assertEqual(str(counter.prepay_line_ids[0].date_from), "2027-12-01")

    def test_less_money_than_months(self):
        counter = self.counter(amount=3000.0).save()
        with self.assertRefused(UserError, "144.00 more"):
            counter._book()

    def test_only_what_is_known_before(self):
        self.facilities.write({"method": "formula", "formula": "3 * 4"})
        self.assertEqual(len(self.counter().prepay_line_ids), 2)
        self.assertFalse(self.counter(months=0).prepay_line_ids)

    def test_an_amount_in_the_field_of_the_months(self):
        form = self.counter(months=31440)
        self.assertFalse(form.prepay_line_ids)
        self.assertIn("more than 120 months", form.prepay_text)
        with self.assertRefused(UserError, "more than 120 months"):
            form.save()._book()

    def test_rules_that_fit(self):
        self.assertFalse(self.counter(months=6).prepay_rule_id)
        self.rule.date_to = "2026-10-31"
        form = self.counter()
        self.assertFalse(form.prepay_rule_id)
        self.assertEqual(form.amount_prepay, 3144.0)
        form.prepay_rule_id = self.rule
        with self.assertRefused(UserError, "does not hold"):
            form.save()._book()
        self.rule.date_to = False
        self.rule.fee_item_ids = self.facilities
        self.assertEqual(self.counter().amount_prepay, 3132.0)
        here = self.rule.create(
            {"name": "Here", "estate_id": self.estate.id, "free_months": 2}
        )
        self.assertEqual(self.counter().prepay_rule_id, here)

    def test_another_price_than_shown(self):
        counter = self.counter().save()
        self.service.price = 3.0
        with self.assertRaisesRegex(RedirectWarning, "Nothing was booked"):
            counter._book()

    def test_prepared_again_and_undone(self):
        self.percent()
        self.prepay()
        run = self.make_run("2026-12-01", "2026-12-31")
        run.action_prepare()
        run.action_prepare()
        self.assertEqual(sum(run.charge_ids.mapped("amount")), 235.8)
        run.action_confirm()
        run.action_undo()
        self.assertEqual(run.state, "undone")
        self.assertFalse(run.charge_ids)
        run.action_prepare()
        self.assertEqual(sum(run.charge_ids.mapped("amount")), 235.8)
        run.action_undo()
        self.assertFalse(run.charge_ids)
        self.assertLedgerTies()

    def test_the_receipt_is_cancelled(self):
        prepay = self.prepay()
        prepay.receipt_ids._cancel("Wrong")
        self.assertEqual((prepay.state, self.prepaid()), ("cancelled", 0.0))
        run = self.bill_month("2027-11-01", "2027-11-30")
        self.assertFalse(run.charge_ids.filtered("prepay_line_id"))

    def test_one_of_two_receipts_is_cancelled(self):
        """The months go; what the other method paid stays, and may be given back."""
        bank = self.company_data["default_journal_bank"]
        counter = self.counter().save()
        counter.split_ids = [
            Command.create({"journal_id": self.cash.id, "amount": 1144.0}),
            Command.create({"journal_id": bank.id, "amount": 2000.0}),
        ]
        receipts = counter._book()
        prepay = receipts.prepay_id
        self.assertEqual(len(receipts), 2)
        other, wrong = receipts.sorted("amount")
        wrong._cancel("Not arrived")
        self.assertEqual(prepay.state, "cancelled")
        self.assertIn(other.name, prepay.message_ids[0].body)
        self.assertEqual(self.prepaid(), 882.0)
        payout = (
            self.env["pm.payout"]
            .with_user(self.cashier)
            .create(
                {
                    "partner_id": self.owner.id,
                    "property_id": self.unit.id,
                    "amount": 882.0,
                    "reason": "Back",
                    "journal_id": self.cash.id,
                }
            )
        )
        payout.action_submit()
        self.assertEqual(payout.state, "approval")

    def test_given_back_before_the_job_has_used_it(self):
        """A run is confirmed, and the balance is not used yet: its month is paid from
        it first, and the rest is given back."""
        self.company.pm_wallet_auto = True
        prepay = self.prepay()
        with freeze_time("2026-12-01"):
            self.bill("2026-12-01", "2026-12-31")
            self.assertEqual(self.prepaid(), 2882.0)
            self.assertEqual(prepay.amount_left, 2620.0)
            payout = prepay.with_user(self.cashier)._give_back("Sold", self.cash)
        self.assertEqual(payout.amount, 2620.0)
        self.assertFalse(self.open_charges(self.owner))
        self.assertEqual(self.prepaid(), 2620.0)
        self.assertLedgerTies()

    def test_a_resident_sees_the_months(self):
        prepay = self.prepay()
        for number, partner in enumerate(self.owners[:2]):
            new_test_user(
                self.env,
                f"pm_ahead_resident{number}",
                groups="base.group_portal",
                partner_id=partner.id,
                company_id=self.company.id,
                company_ids=self.company.ids,
            )
        self.authenticate("pm_ahead_resident0", "pm_ahead_resident0")
        page = self.url_open("/my/prepaid").text
        for text in ("2,882.00", self.service.name, prepay.property_id.display_name):
            self.assertIn(text, page)
        self.authenticate("pm_ahead_resident1", "pm_ahead_resident1")
        page = self.url_open("/my/prepaid").text
        self.assertNotIn("2,882.00", page)

    def test_money_of_months_is_given_back_with_them_only(self):
        self.prepay()
        payout = (
            self.env["pm.payout"]
            .with_user(self.cashier)
            .create(
                {
                    "partner_id": self.owner.id,
                    "property_id": self.unit.id,
                    "amount": 10.0,
                    "reason": "Back",
                    "journal_id": self.cash.id,
                }
            )
        )
        with self.assertRefused(UserError, "only .* is owed"):
            payout.action_submit()

    def test_each_agreement_has_its_own_money(self):
        """Two years, 2,882.00 each, in one balance: the second is given back alone."""
        first, second = self.prepay(), self.prepay()
        self.assertNotEqual(first, second)
        self.assertEqual((first.amount_left, second.amount_left), (2882.0, 2882.0))
        self.assertQueriesDoNotGrow(
            first + second, lambda some: some.mapped("amount_left")
        )
        self.bill_month("2026-12-01", "2026-12-31")
        prepays = first + second
        prepays.invalidate_recordset(["amount_left"])
        self.assertEqual((first.amount_left, second.amount_left), (2620.0, 2882.0))
        payout = second.with_user(self.cashier)._give_back("Sold", self.cash)
        self.assertEqual(payout.amount, 2882.0)
        # asked for and not paid yet: it is not given back with the first again
        prepays.invalidate_recordset(["amount_left"])
        self.assertEqual(first.amount_left, 2620.0)
        payout.with_user(self.manager).validate_tier()
        payout.with_user(self.colleague).action_pay()
        prepays.invalidate_recordset(["amount_left"])
        self.assertEqual((first.amount_left, self.prepaid()), (2620.0, 2620.0))
        self.assertLedgerTies()

    def test_a_discount_for_the_months_that_there_are(self):
        """Twelve are typed, and the fee ends after three: no month is free."""
        fees = self.env["pm.fee"].search([("property_id", "=", self.unit.id)])
        fees.date_to = "2027-02-28"
        self.assertEqual(self.counter().amount_prepay, 786.0)
