"""Late fees at the counter: what the screen promises is what is booked."""

from odoo import Command
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import Form, freeze_time

from ..common import BillingCase


@freeze_time("2026-11-30 02:00:00")
class TestCounterLate(BillingCase):
    """3 ‰ a day on 250.00 of October and of November, due on the 10th of each.

    On 30 November 51 days of October (38.25) and 20 days of November (15.00).
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule = cls.env["pm.late.fee.rule"].create(
            {
                "name": "Late",
                "estate_id": cls.estate.id,
                "fee_item_id": cls.make_item("late", method="fixed", surcharge=1).id,
                "rate": 0.3,
                "per": "day",
                "cap_percent": 0,
                "booking": "payment",
            }
        )
        cls.make_fee(cls.unit)
        for month in ("10", "11"):
            with freeze_time(f"2026-{month}-01 02:00:00"):
                cls.bill(
                    f"2026-{month}-01",
                    f"2026-{month}-28",
                    date_invoice=f"2026-{month}-01",
                    date_due=f"2026-{month}-10",
                )
        cls.october, cls.november = cls.open_charges(cls.owner)
        cls.cashier = cls.make_staff("pm_late_1", "pm_billing.group_pm_cashier")
        cls.manager = cls.make_staff("pm_late_m", "pm_core.group_pm_estate_manager")

    def counter(self, **vals):
        form = Form(self.env["pm.counter"].with_user(self.cashier))
        form.property_id = self.unit
        for name, value in vals.items():
            form[name] = value
        return form

    def late(self):
        return self.env["pm.charge"].search([("kind", "=", "late")], order="date_from")

    def test_shown_and_booked(self):
        form = self.counter()
        self.assertEqual((form.amount_open, form.amount_late), (500.0, 53.25))
        self.assertEqual((form.amount_due, form.amount), (553.25, 553.25))
        self.assertFalse(self.late())
        receipts = form.save()._book()
        self.assertEqual(receipts.amount, 553.25)
        self.assertEqual(self.late().mapped("amount"), [38.25, 15.0])
        self.assertEqual(len(receipts.line_ids), 4)
        self.assertFalse(self.open_charges(self.owner))
        self.assertEqual(self.owner.pm_prepaid, 0.0)
        self.assertLedgerTies()
        # paid today, nothing more comes of it
        day = self.october.date_due.replace(year=2027)
        self.assertFalse((self.october | self.november)._late_fees(day))

    def test_pressed_twice(self):
        counter = self.counter().save()
        self.assertEqual(counter._book(), counter._book())
        self.assertEqual(len(self.late()), 2)

    def test_past_midnight_nothing_is_booked(self):
        counter = self.counter().save()
        with (
            freeze_time("2026-12-01 02:00:00"),
            self.assertRaisesRegex(RedirectWarning, "54.75"),
        ):
            counter._book()
        self.assertFalse(self.late())
        self.assertFalse(self.env["pm.receipt"].search([]))

    def test_another_payment_meanwhile(self):
        counter = self.counter().save()
        self.receive(self.owner, 250.0, self.october)
        with self.assertRaisesRegex(RedirectWarning, "Nothing was booked"):
            counter._book()
        self.assertFalse(self.late())

    def test_late_fees_last(self):
        """300.00 reach both months; their late fees stay open, and are booked."""
        self.counter(settle_rule="late_last", amount=300.0).save()._book()
        self.assertEqual(self.late().mapped("amount_residual"), [38.25, 15.0])
        self.assertEqual(self.october.amount_residual, 0.0)
        self.assertEqual(self.november.amount_residual, 200.0)
        self.assertLedgerTies()

    def test_late_fees_first(self):
        self.counter(settle_rule="late_first", amount=300.0).save()._book()
        self.assertEqual(self.late().mapped("amount_residual"), [0.0, 0.0])
        self.assertEqual(self.october.amount_residual, 3.25)
        self.assertEqual(self.november.amount_residual, 250.0)
        self.assertLedgerTies()

    def test_only_of_what_is_paid(self):
        self.counter(settle_rule="late_last", amount=250.0).save()._book()
        self.assertEqual(self.late().late_of_id, self.october)

    def test_by_hand(self):
        form = self.counter(settle_rule="hand")
        self.assertEqual(len(form.line_ids), 4)
        for index, amount in enumerate((0.0, 250.0, 0.0, 15.0)):
            with form.line_ids.edit(index) as line:
                line.amount = amount
        self.assertEqual(form.amount, 265.0)
        form.save()._book()
        self.assertEqual(self.late().late_of_id, self.november)
        self.assertEqual(self.open_charges(self.owner), self.october)
        self.assertLedgerTies()

    def test_no_more_than_the_late_fee_by_hand(self):
        counter = self.counter(settle_rule="hand").save()
        counter.line_ids[3].amount = 16.0
        counter.amount = 600.0
        with self.assertRefused(UserError, "15.00 is open"):
            counter._book()

    def test_from_what_was_prepaid(self):
        self.receive(self.owners[0], 600.0, self.env["pm.charge"])
        form = self.counter()
        self.assertEqual(form.amount_due, 0.0)
        form.save()._book()
        self.assertEqual(self.owner.pm_prepaid, 46.75)
        self.assertFalse(self.open_charges(self.owner))
        self.assertLedgerTies()

    def test_waived_by_approval_only(self):
        action = self.counter().save().action_waive_late()
        waiver = (
            self.env["pm.waiver"]
            .with_user(self.cashier)
            .create(
                {
                    "partner_id": self.owner.id,
                    "property_id": self.unit.id,
                    "charge_ids": [
                        Command.set(action["context"]["default_charge_ids"])
                    ],
                    "reason": "The bill came late",
                }
            )
        )
        self.assertEqual(waiver.amount, 53.25)
        waiver.action_submit()
        with self.assertRefused(AccessError, "."):
            waiver.validate_tier()
        waiver.with_user(self.manager).validate_tier()
        form = self.counter()
        self.assertEqual((form.amount_due, form.amount_late), (500.0, 0.0))
        self.assertEqual(sum(self.late().mapped("amount_paid")), 0.0)
        self.assertLedgerTies()
