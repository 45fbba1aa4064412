from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time

from ..common import BillingCase


@freeze_time("2026-11-10")
class TestCounter(BillingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_fees()
        cls.bill()
        cls.cashier = cls.make_staff("pm_counter", "pm_billing.group_pm_cashier")

    def counter(self, **defaults):
        context = {f"default_{name}": value for name, value in defaults.items()}
        return Form(
            self.env["pm.counter"].with_user(self.cashier).with_context(**context)
        )

    def receipt_of(self, form):
        action = form.save().action_pay()
        return self.env["pm.receipt"].browse(action["res_id"])

    def test_by_unit(self):
        form = self.counter()
        form.property_id = self.unit
        self.assertEqual(form.partner_id, self.owner)
        self.assertEqual(len(form.charge_ids), 2)
        self.assertEqual((form.amount_open, form.amount), (262.0, 262.0))
        self.assertEqual(form.journal_id.type, "cash")
        receipt = self.receipt_of(form)
        self.assertRecordValues(
            receipt,
            [
                {
                    "amount": 262.0,
                    "property_id": self.unit.id,
                    "user_id": self.cashier.id,
                    "estate_id": self.estate.id,
                }
            ],
        )
        self.assertFalse(self.open_charges(self.owner))
        self.assertLedgerTies()

    def test_by_person(self):
        second = self.make_unit(self.building, "1-9")
        self.make_occupancy(second, self.owner)
        self.make_fee(second)
        self.bill()
        form = self.counter()
        form.partner_id = self.owner
        self.assertEqual(form.amount_open, 512.0)
        form.amount = 500.0
        self.receipt_of(form)
        self.assertEqual(
            sum(self.open_charges(self.owner).mapped("amount_residual")), 12.0
        )
        self.assertLedgerTies()

    def test_over_payment_then_use(self):
        form = self.counter(property_id=self.unit.id)
        form.amount = 300.0
        self.assertEqual(form.amount_over, 38.0)
        self.receipt_of(form)
        self.bill("2026-12-01", "2026-12-31")
        form = self.counter(property_id=self.unit.id)
        self.assertEqual((form.amount_open, form.amount_prepaid), (262.0, 38.0))
        self.assertTrue(form.use_prepayment)
        self.assertEqual((form.amount_due, form.amount), (224.0, 224.0))
        self.receipt_of(form)
        self.assertFalse(self.open_charges(self.owner))
        self.assertEqual(self.owner.pm_prepaid, 0.0)
        self.assertLedgerTies()

    def test_prepayment_is_kept_when_asked(self):
        self.receive(self.owner, 300.0)
        self.bill("2026-12-01", "2026-12-31")
        form = self.counter(property_id=self.unit.id)
        form.use_prepayment = False
        self.assertEqual(form.amount, 262.0)
        self.receipt_of(form)
        self.assertEqual(self.owner.pm_prepaid, 38.0)
        self.assertLedgerTies()

    def test_a_person_who_owes_nothing_pays_ahead(self):
        self.receive(self.owner, 262.0)
        form = self.counter(partner_id=self.owner.id)
        self.assertEqual(form.amount_open, 0.0)
        form.amount = 1000.0
        receipt = self.receipt_of(form)
        self.assertEqual(receipt.amount_prepaid, 1000.0)
        # kept with the estate in which the person holds something
        self.assertEqual(receipt.estate_id, self.estate)
        self.assertEqual(receipt.with_user(self.cashier).name, receipt.name)

    def test_of_customers_elsewhere_nothing_is_told_or_taken(self):
        elsewhere = self.make_estate("Other Garden")
        stranger = self.make_partner("Stranger", pm_estate_id=elsewhere.id)
        self.receive(stranger, 500.0)
        vals = {"partner_id": stranger.id, "property_id": self.unit.id}
        Counter = self.env["pm.counter"].with_user(self.cashier)
        with self.assertRefused(AccessError, "may not read"):
            Counter.create(vals)
        # nor is it done for whom a program made the form
        counter = Counter._as_step().create(vals).with_env(Counter.env)
        self.assertEqual(counter.amount_prepaid, 0.0)
        counter.amount = 10.0
        with self.assertRefused(AccessError, "."):
            counter.action_pay()

    def test_the_journal_used_last_is_offered(self):
        bank = self.company_data["default_journal_bank"]
        form = self.counter(property_id=self.unit.id)
        form.journal_id = bank
        form.amount = 10.0
        self.receipt_of(form)
        self.assertEqual(self.counter().journal_id, bank)

    def test_refused(self):
        form = self.counter()
        with self.assertRefused(UserError, "Pick the unit or the person"):
            form.save().action_pay()
        form = self.counter(property_id=self.unit.id)
        form.amount = 0
        with self.assertRefused(UserError, "above zero"):
            form.save().action_pay()

    def test_print(self):
        action = self.counter(property_id=self.unit.id).save().action_pay_print()
        self.assertEqual(action["report_name"], "pm_billing.report_receipt")

    def test_ways_in(self):
        for action, name, value in [
            (self.unit.action_open_counter(), "property_id", self.unit.id),
            (self.owner.action_pm_open_counter(), "partner_id", self.owner.id),
        ]:
            self.assertEqual(action["res_model"], "pm.counter")
            self.assertEqual(action["context"][f"default_{name}"], value)
