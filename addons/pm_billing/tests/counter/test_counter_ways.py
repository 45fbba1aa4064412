"""The counter: finding who pays, several methods at once, and what a payment is for."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time

from ..common import BillingCase


@freeze_time("2026-11-10")
class TestCounterWays(BillingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_fees()
        cls.bill("2026-10-01", "2026-10-31")
        cls.bill()
        cls.cashier = cls.make_staff("pm_ways", "pm_billing.group_pm_cashier")
        cls.bank = cls.company_data["default_journal_bank"]

    def counter(self, **defaults):
        context = {f"default_{name}": value for name, value in defaults.items()}
        return Form(
            self.env["pm.counter"].with_user(self.cashier).with_context(**context)
        )

    def receipts(self):
        return self.env["pm.receipt"].search([("partner_id", "=", self.owner.id)])

    def open_by_item(self, item):
        return sum(
            self.open_charges(self.owner)
            .filtered(lambda charge: charge.fee_item_id == item)
            .mapped("amount_residual")
        )

    # -- finding ---------------------------------------------------------

    def test_by_whatever_is_brought(self):
        self.owner.phone = "13800138000"
        bill = self.open_charges(self.owner).move_id[:1]
        space = self.make_part(self.estate, "parking", "P-7")
        self.make_occupancy(
            space, self.owners[1], role="tenant", license_plate="粤B·12345"
        )
        for text, place, partner in [
            ("1-2", self.units[1], self.owners[1]),
            ("王小明", self.unit, self.owner),
            ("138 0013 8000", self.unit, self.owner),
            ("粤B12345", space, self.owners[1]),
            (bill.name, self.unit, self.owner),
            (f"https://example.com/my/invoices/{bill.id}?x=1", self.unit, self.owner),
        ]:
            with self.subTest(text):
                form = self.counter()
                form.search_text = text
                self.assertEqual(form.property_id, place)
                self.assertEqual(form.partner_id, partner)
                self.assertFalse(form.found_text)

    def test_several_are_listed_and_nobody_is_guessed(self):
        form = self.counter()
        form.search_text = "1-"
        self.assertFalse(form.property_id)
        for unit in self.units:
            self.assertIn(unit.code, form.found_text)
        form.search_text = "no such thing"
        self.assertEqual(form.found_text, "Nothing found")

    def test_what_is_of_other_estates_is_not_found(self):
        other = self.make_estate("Other Garden")
        unit = self.make_unit(other, "9-9")
        person = self.make_partner("Far Away")
        self.make_occupancy(unit, person)
        self.make_fee(unit, self.make_item("far", price=1, estate_id=other.id))
        run = self.bill(scope=other)
        self.assertTrue(run.charge_ids)
        for text in ("9-9", "Far Away", run.charge_ids.move_id.name):
            with self.subTest(text):
                form = self.counter()
                form.search_text = text
                self.assertFalse(form.property_id or form.partner_id)

    # -- methods ---------------------------------------------------------

    def test_several_methods_are_one_payment(self):
        window = (
            self.env["pm.counter"]
            .with_user(self.cashier)
            .create(
                {
                    "property_id": self.unit.id,
                    "split_ids": [
                        Command.create({"journal_id": self.cash.id, "amount": 300.0}),
                        Command.create({"journal_id": self.bank.id, "amount": 224.0}),
                    ],
                }
            )
        )
        self.assertEqual(window.amount, 524.0)
        window.action_pay()
        receipts = self.receipts().sorted("id")
        self.assertEqual(receipts.mapped("amount"), [300.0, 224.0])
        self.assertEqual(receipts.journal_id, self.cash | self.bank)
        self.assertFalse(self.open_charges(self.owner))
        self.assertLedgerTies()
        # the second click is answered with the same
        self.env.invalidate_all()
        window.action_pay()
        self.assertEqual(self.receipts(), receipts)

    def test_methods_must_add_up(self):
        window = (
            self.env["pm.counter"]
            .with_user(self.cashier)
            .create(
                {
                    "property_id": self.unit.id,
                    "split_ids": [
                        Command.create({"journal_id": self.cash.id, "amount": 300.0})
                    ],
                }
            )
        )
        window.amount = 500.0
        with self.assertRefused(UserError, "methods come to"):
            window.action_pay()
        self.assertFalse(self.receipts())

    def test_change(self):
        form = self.counter(property_id=self.unit.id)
        form.tendered = 600.0
        self.assertEqual((form.amount, form.change), (524.0, 76.0))
        form.save().action_pay()
        self.assertEqual(self.receipts().amount, 524.0)

    # -- what it is for --------------------------------------------------

    def test_by_hand(self):
        """The later month of the small fee is paid, and nothing else."""
        form = self.counter(property_id=self.unit.id)
        form.settle_rule = "hand"
        self.assertEqual(form.amount, 524.0)
        wanted = self.open_charges(self.owner).filtered(
            lambda charge: (
                charge.fee_item_id == self.facilities
                and str(charge.date_from) == "2026-11-01"
            )
        )
        for index in range(len(form.line_ids)):
            with form.line_ids.edit(index) as line:
                line.amount = 12.0 if line.charge_id == wanted else 0.0
        self.assertEqual(form.amount, 12.0)
        form.save().action_pay()
        self.assertEqual(wanted.payment_state, "paid")
        self.assertEqual(self.receipts().line_ids.charge_id, wanted)
        self.assertEqual(self.open_by_item(self.facilities), 12.0)
        self.assertEqual(self.open_by_item(self.service), 500.0)
        self.assertLedgerTies()
        # what comes next goes to the oldest again
        self.receive(self.owner, 250.0)
        self.assertEqual(
            self.open_charges(self.owner).mapped("amount_residual"), [12.0, 250.0]
        )
        self.assertLedgerTies()
        self.receipts()[-1:]._cancel("Wrong fee")
        self.assertEqual(wanted.payment_state, "open")
        self.assertLedgerTies()

    def test_by_hand_no_more_than_is_open(self):
        form = self.counter(property_id=self.unit.id)
        form.settle_rule = "hand"
        with form.line_ids.edit(0) as line:
            line.amount = 9999.0
        with self.assertRefused(UserError, "is open"):
            form.save().action_pay()

    def test_in_the_order_of_the_items(self):
        """Both months of the small fee come before the large one."""
        self.facilities.settle_order = "1"
        form = self.counter(property_id=self.unit.id)
        form.settle_rule = "item"
        form.amount = 100.0
        form.save().action_pay()
        self.assertEqual(self.open_by_item(self.facilities), 0.0)
        self.assertEqual(self.open_by_item(self.service), 424.0)
        self.assertLedgerTies()

    def test_late_fees_last(self):
        self.facilities.settle_order = "9"
        self.company.pm_settle_rule = "late_last"
        form = self.counter(property_id=self.unit.id)
        self.assertEqual(form.settle_rule, "late_last")
        form.amount = 505.0
        form.save().action_pay()
        self.assertEqual(self.open_by_item(self.service), 0.0)
        self.assertEqual(self.open_by_item(self.facilities), 19.0)
        self.assertLedgerTies()

    def test_by_a_rule_with_two_methods(self):
        self.facilities.settle_order = "1"
        window = (
            self.env["pm.counter"]
            .with_user(self.cashier)
            .create(
                {
                    "property_id": self.unit.id,
                    "settle_rule": "item",
                    "split_ids": [
                        Command.create({"journal_id": self.cash.id, "amount": 20.0}),
                        Command.create({"journal_id": self.bank.id, "amount": 80.0}),
                    ],
                }
            )
        )
        window.action_pay()
        self.assertEqual(self.open_by_item(self.facilities), 0.0)
        self.assertEqual(self.open_by_item(self.service), 424.0)
        self.assertLedgerTies()

    # -- paper -----------------------------------------------------------

    def test_what_is_printed_again_is_a_copy(self):
        receipt = self.receive(self.owner, 100.0).with_user(self.cashier)
        report = self.env["ir.actions.report"].with_user(self.cashier)
        name = "pm_billing.pm_receipt_report"
        first = report._render_qweb_html(name, receipt.ids)[0].decode()
        self.assertNotIn("copy", first.split("<body", 1)[1])
        again = report._render_qweb_html(name, receipt.ids)[0].decode()
        self.assertRegex(again, r"\(copy\s+1\)")
        self.assertEqual(receipt.print_count, 2)
        self.assertIn("copy 1", receipt.message_ids[0].body)
