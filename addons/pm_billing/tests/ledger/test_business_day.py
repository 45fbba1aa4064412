"""What is booked has the day that it is at the estate, whoever reads the clock."""

from odoo.tests import Form, freeze_time

from ..common import BillingCase


@freeze_time("2026-11-30 17:00:00")
class TestBusinessDay(BillingCase):
    """It is 1 December, one o'clock, in Shanghai, and still November for the jobs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.estate.tz = "Asia/Shanghai"
        cls.env.user.tz = False
        cls.make_fees()
        cls.bill("2026-11-01", date_invoice="2026-11-01", date_due="2026-11-10")
        cls.cashier = cls.make_staff(
            "pm_night", "pm_billing.group_pm_cashier", tz="UTC"
        )

    def take(self):
        form = Form(self.env["pm.counter"].with_user(self.cashier))
        form.property_id = self.unit
        return self.env["pm.receipt"].browse(form.save().action_pay()["res_id"])

    def test_receipts_and_the_cashiers_day(self):
        receipt = self.take()
        days = {str(receipt.date), str(receipt.move_id.date)}
        self.assertEqual(days | {str(receipt.close_id.date)}, {"2026-12-01"})
        mine = self.env["pm.cash.close"].with_user(self.cashier)
        self.assertEqual(mine.action_open_mine()["res_id"], receipt.close_id.id)
        # cancelled at once: still the own receipt of today, and of the same day
        request = (
            self.env["pm.receipt.cancellation"]
            .with_user(self.cashier)
            .create({"receipt_id": receipt.id, "reason": "Wrong unit"})
        )
        request.action_submit()
        self.assertEqual(receipt.state, "cancelled")
        self.assertEqual(receipt.return_close_id, receipt.close_id)
        reversal = receipt.move_id.reversal_move_ids
        self.assertEqual(str(reversal.date), "2026-12-01")

    def test_days_until_midnight_of_the_estate_bear_late_fees(self):
        """20 days from the 11th to the 30th, of 250.00 at 0.1 %; the counter shows the
        21st, which has begun."""
        rule = self.env["pm.late.fee.rule"].create(
            {
                "name": "Late",
                "estate_id": self.estate.id,
                "fee_item_id": self.make_item("late", method="fixed", surcharge=1).id,
                "fee_item_ids": self.service.ids,
                "rate": 0.1,
                "per": "day",
                "booking": "daily",
            }
        )
        form = Form(self.env["pm.counter"].with_user(self.cashier))
        form.property_id = self.unit
        self.assertEqual(form.amount_late, 5.25)
        rule._book_due()
        charges = self.env["pm.charge"].search(
            [("property_id", "=", self.unit.id), ("kind", "=", "late")]
        )
        self.assertEqual((charges.amount, str(charges.date_to)), (5.0, "2026-11-30"))

    def test_runs_and_their_due_dates(self):
        run = self.env["pm.bill.run"].create({"property_id": self.estate.id})
        self.company.pm_due_days = 10
        days = run.date_from, run.date_to, run.date_invoice, run.date_due
        self.assertEqual(
            [str(day) for day in days],
            ["2026-12-01", "2026-12-31", "2026-12-01", "2026-12-11"],
        )

    def test_money_that_leaves(self):
        self.receive(self.owner, 362.0)
        payout = self.env["pm.payout"].create(
            {
                "partner_id": self.owner.id,
                "property_id": self.unit.id,
                "amount": 100.0,
                "reason": "Moves out",
                "journal_id": self.cash.id,
            }
        )
        payout._as_step().state = "approved"
        payout.with_user(self.cashier).action_pay()
        self.assertEqual(
            {str(payout.paid_on), str(payout.move_id.date)}, {"2026-12-01"}
        )

    def test_what_is_entered_has_the_day_of_the_estate(self):
        """By a user without a time zone, or of another one, and by a call."""
        self.env.user.tz = False
        env = self.env
        charge = self.open_charges(self.owner)[0]
        mine = {"property_id": self.unit.id, "partner_id": self.owner.id}
        stop = env["pm.late.fee.stop"].create(
            {**mine, "charge_ids": charge.ids, "reason": "Dispute"}
        )
        meter = env["pm.meter"].create(
            {"property_id": self.unit.id, "medium": "water", "name": "W-1"}
        )
        other = self.make_item("other", method="fixed", surcharge=1.0)
        layout = env["pm.collection.layout"].search([], limit=1) or env[
            "pm.collection.layout"
        ].create({"name": "Bank", "journal_id": self.cash.id})
        records = {
            "date": (
                env["pm.deposit"].create({**mine, "amount": 100.0}),
                env["pm.payment.promise"].create(mine),
                env["pm.dunning"].create({"property_id": self.estate.id}),
                env["pm.meter.reading"].create({"meter_id": meter.id, "value": 1}),
                env["pm.collection.batch"].create(
                    {"property_id": self.estate.id, "layout_id": layout.id}
                ),
                env["pm.charge.entry"].create(
                    {
                        "property_id": self.unit.id,
                        "fee_item_id": self.service.id,
                        "name": "Key",
                        "amount": 1.0,
                    }
                ),
            ),
            "date_from": (
                stop,
                env["pm.fee"].create(
                    {"property_id": self.unit.id, "fee_item_id": other.id}
                ),
            ),
        }
        for field, some in records.items():
            for record in some:
                with self.subTest(model=record._name):
                    self.assertEqual(str(record[field]), "2026-12-01")

    def test_a_day_that_is_said_stays(self):
        deposit = self.env["pm.deposit"].create(
            {
                "property_id": self.unit.id,
                "partner_id": self.owner.id,
                "amount": 100.0,
                "date": "2026-11-30",
            }
        )
        self.assertEqual(str(deposit.date), "2026-11-30")
        form = Form(self.env["pm.deposit"])
        self.assertEqual(str(form.date), "2026-11-30")
        form.property_id = self.unit
        self.assertEqual(str(form.date), "2026-12-01")
        form.date = "2026-11-15"
        form.property_id = self.units[1]
        self.assertEqual(str(form.date), "2026-11-15")

    def test_a_form_for_one_estate_begins_there(self):
        places = self.env["pm.property"].search([("kind", "=", "estate")])
        (places - self.estate).active = False
        for model in ("pm.statement", "pm.public.sheet", "pm.collection.export"):
            with self.subTest(model=model):
                days = self.env[model].default_get(["date_to"])
                self.assertEqual(str(days["date_to"]), "2026-12-01")

    def test_a_form_for_several_estates(self):
        """The day at which they agree; else the reader's, if it is one of theirs."""
        self.make_estate("Second")
        places = self.env["pm.property"].search([("kind", "=", "estate")])
        places.tz = "Asia/Shanghai"
        for zone, expected in (
            ("Asia/Shanghai", "2026-12-01"),
            ("Asia/Tokyo", "2026-12-01"),
            ("America/New_York", "2026-11-30"),
        ):
            self.estate.tz = zone
            for model, field in (
                ("pm.statement", "date_to"),
                ("pm.parking.request", "date"),
            ):
                with self.subTest(zone=zone, model=model):
                    days = self.env[model].default_get([field])
                    self.assertEqual(str(days[field]), expected)

    def test_tax_invoices(self):
        charges = self.open_charges(self.owner)
        self.receive(self.owner, 262.0)
        invoice = self.env["pm.tax.invoice"]._ask(
            self.owner, charges, {"title": "王小明"}
        )
        invoice.action_write_file()
        self.assertEqual(str(invoice.sent_on), "2026-12-01")
        invoice.number = "26442000000012345678"
        invoice.action_issue()
        self.assertEqual(str(invoice.date), "2026-12-01")
