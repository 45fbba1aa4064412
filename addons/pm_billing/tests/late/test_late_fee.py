from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time

from ..common import BillingCase


@freeze_time("2026-12-31 02:00:00")
class TestLateFee(BillingCase):
    """3 ‰ a day on 250.00 of November, due on the 10th."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.item = cls.make_item("late", method="fixed", surcharge=1)
        cls.rule = cls.make_rule()
        with freeze_time("2026-11-01 02:00:00"):
            cls.fee = cls.make_fee(cls.unit)
            cls.billed = cls.bill(date_invoice="2026-11-01", date_due="2026-11-10")
        cls.charge = cls.billed.charge_ids

    @classmethod
    def make_rule(cls, **vals):
        return cls.env["pm.late.fee.rule"].create(
            {
                "name": "Late",
                "estate_id": cls.estate.id,
                "fee_item_id": cls.item.id,
                "rate": 0.3,
                "per": "day",
                "cap_percent": 0,
                "booking": "daily",
                **vals,
            }
        )

    def amount(self, until):
        fees = self.charge._late_fees(
            self.env["pm.charge"]._fields["date_to"].to_date(until)
        )
        return float(fees[self.charge].amount) if fees else 0.0

    def day(self, text):
        return self.env["pm.charge"]._fields["date_from"].to_date(text)

    def test_published_amounts(self):
        """3,000 for 50 days at 3 ‰ is 450 (116p.com); 1,000 due on 1 January, paid on
        the 10th at 0.1 % is 9 (kksj.yq98.cn/93841); 10,000 for a year at LPR 3.65 % ×
        1.3 is 474.50 (lvshuolvda.com/fljxbk/23053)."""
        self.fee.has_own_price = True
        for price, rule, due, until, amount in (
            (30, {"rate": 0.3}, "2026-01-01", "2026-02-20", 450.0),
            (10, {"rate": 0.1}, "2026-01-01", "2026-01-10", 9.0),
            (
                100,
                {
                    "per": "year",
                    "basis": "365",
                    "factor": 1.3,
                    "rate_ids": [
                        Command.create({"date_from": "2020-01-01", "percent": 3.65})
                    ],
                },
                "2026-01-01",
                "2027-01-01",
                474.5,
            ),
        ):
            item = self.make_item(f"p{price}", price=price)
            self.rule.active = False
            self.rule = self.make_rule(fee_item_ids=item.ids, **rule)
            self.make_fee(self.unit, item, "2025-12-01", date_to="2025-12-31")
            run = self.bill(
                "2025-12-01", "2025-12-31", date_invoice="2025-12-31", date_due=due
            )
            self.charge = run.charge_ids.filtered(
                lambda charge, item=item: charge.fee_item_id == item
            )
            with self.subTest(price=price):
                self.assertEqual(self.amount(until), amount)

    def test_daily_adds_up(self):
        """Booked day by day it comes to the same, and never counts on itself."""
        for day in ("2026-11-20", "2026-12-01", "2026-12-30"):
            self.charge._book_late_fees(self.day(day))
        late = self.charge.late_fee_ids
        self.assertEqual(len(late), 3)
        # 50 days × 0.75
        self.assertAlmostEqual(sum(late.mapped("amount")), 37.5, 2)
        self.assertEqual(late.mapped("state"), ["posted"] * 3)
        self.assertFalse(late._late_fees(self.day("2027-12-31")))
        self.assertIn("0.3 %", str(late[0]._why()))
        self.assertLedgerTies()

    def test_booked_once(self):
        day = self.day("2026-11-20")
        first = self.charge._book_late_fees(day)
        again = self.charge._book_late_fees(day)
        self.assertEqual(first, again)
        self.assertEqual(first.amount, 7.5)

    def test_what_was_shown_is_what_is_booked(self):
        day = self.day("2026-11-20")
        shown = {self.charge.id: 7.5}
        with self.assertRefused(UserError, "7.50"):
            self.charge._book_late_fees(day, {self.charge.id: 7.0})
        self.assertFalse(self.charge.late_fee_ids)
        self.charge._book_late_fees(day, shown)
        self.assertEqual(self.charge._book_late_fees(day, shown).amount, 7.5)

    def test_another_rate_changes_nothing_of_before(self):
        self.charge._book_late_fees(self.day("2026-11-20"))
        self.rule.rate = 0.6
        self.charge._book_late_fees(self.day("2026-11-30"))
        self.assertEqual(
            self.charge.late_fee_ids.sorted("date_from").mapped("amount"), [7.5, 15.0]
        )

    def test_grace_cap_and_minimum(self):
        self.rule.grace_days = 10
        self.assertEqual(self.amount("2026-11-20"), 0.0)
        self.assertEqual(self.amount("2026-11-21"), 0.75)
        self.rule.grace_retroactive = True
        self.assertEqual(self.amount("2026-11-21"), 8.25)
        self.rule.cap_percent = 2
        self.assertEqual(self.amount("2026-11-21"), 5.0)
        self.charge._book_late_fees(self.day("2026-11-21"))
        self.assertEqual(self.amount("2026-12-31"), 0.0)
        self.rule.write({"cap_percent": 0, "minimum": 9})
        self.assertEqual(self.amount("2026-11-22"), 4.0)

    def test_part_payments(self):
        """The day of payment counts with what was open before it."""
        with freeze_time("2026-11-20 02:00:00"):
            self.receive(self.owner, 150.0, self.charge, date="2026-11-20")
        # ten days of 250.00 and ten of 100.00
        self.assertEqual(self.amount("2026-11-30"), 10.5)
        with freeze_time("2026-11-30 02:00:00"):
            self.receive(self.owner, 100.0, self.charge, date="2026-11-30")
        self.assertEqual(self.amount("2026-12-31"), 10.5)
        bearing = self.env["pm.charge"]._bearing_late_fees(
            self.rule, self.day("2026-12-30")
        )
        self.assertIn(self.charge, bearing)

    def test_what_was_paid_for_bears_none(self):
        """Of two on one bill the second is paid, as the payer wants: late fees are
        owed on the first alone, though money without an aim goes there."""
        self.make_fee(self.unit, self.facilities, date_from="2026-12-01")
        with freeze_time("2026-12-01 02:00:00"):
            first, second = self.bill(
                "2026-12-01",
                "2026-12-31",
                date_invoice="2026-12-01",
                date_due="2026-12-10",
            ).charge_ids.sorted("id")
        self.assertEqual(first.move_id, second.move_id)
        with freeze_time("2026-12-10 02:00:00"):
            self.receive(
                self.owner,
                second.amount,
                second,
                date="2026-12-10",
                aims={second: second.amount},
            )
        fees = (first | second)._late_fees(self.day("2026-12-20"))
        self.assertEqual(list(fees), [first])
        # ten days at 3 ‰
        self.assertAlmostEqual(float(fees[first].amount), first.amount * 0.03, 2)

    def test_disputes_and_holidays_stop_it(self):
        self.rule.pause_ids = [
            Command.create(
                {"name": "Holiday", "date_from": "2026-11-12", "date_to": "2026-11-13"}
            )
        ]
        self.assertEqual(self.amount("2026-11-20"), 6.0)
        with freeze_time("2026-11-16"):
            dispute = self.env["pm.late.fee.stop"].create(
                {
                    "property_id": self.unit.id,
                    "partner_id": self.owner.id,
                    "charge_ids": self.charge.ids,
                    "reason": "The lift stood still.",
                    "date_from": "2026-11-16",
                }
            )
        self.assertEqual(self.amount("2026-11-30"), 2.25)
        with self.assertRefused(UserError, "how"):
            dispute.action_end()
        dispute.result = "Explained"
        dispute.action_end()
        self.assertEqual(dispute.date_to, self.day("2026-12-31"))

    def test_a_stop_lets_nothing_go_that_is_owed(self):
        """Late fees of days that are over are waived, which others approve."""
        clerk = self.make_staff("late_clerk", "pm_core.group_pm_service")
        values = {
            "property_id": self.unit.id,
            "partner_id": self.owner.id,
            "charge_ids": self.charge.ids,
            "reason": "The lift stood still.",
        }
        stops = self.env["pm.late.fee.stop"].with_user(clerk)
        with self.assertRefused(UserError, "waiver"):
            stops.create({**values, "date_from": "2020-01-01"})
        stop = stops.create(values)
        for change in ({"date_from": "2020-01-01"}, {"charge_ids": []}):
            with self.subTest(change=change), self.assertRefused(UserError, "End"):
                stop.write(change)
        with self.assertRefused(ValidationError, "somebody else"):
            stops.create({**values, "partner_id": self.make_partner("Other").id})

    def test_cron(self):
        self.rule._book_due()
        late = self.charge.late_fee_ids
        self.assertEqual((late.date_to, late.amount), (self.day("2026-12-30"), 37.5))
        self.rule._book_due()
        self.assertEqual(self.charge.late_fee_ids, late)
        self.rule.booking = "monthly"
        self.rule._book_due()
        self.assertEqual(self.charge.late_fee_ids, late)

    def test_undo_opens_the_days_again(self):
        late = self.charge._book_late_fees(self.day("2026-11-20"))
        late.run_id.action_undo()
        self.assertEqual(late.state, "cancelled")
        self.assertEqual(self.amount("2026-11-20"), 7.5)
        self.assertLedgerTies()

    def late(self):
        return self.charge.late_fee_ids.filtered(lambda fee: fee.state == "posted")

    def test_at_payment_online_and_by_the_bank(self):
        """Booked as of the day of the money, whoever brings it in; once."""
        bank = self.company_data["default_journal_bank"]
        for source in ("online", "statement", "collection"):
            with self.subTest(source=source):
                self.rule.booking = "payment"
                charge, owner = self.charge, self.owner
                receipt = self.env["pm.receipt"]._receive(
                    owner, charge, 250.0, bank, source=source, date="2026-11-20"
                )
                # ten days at 3 per mille, on a bill that is settled by now
                self.assertEqual(self.late().mapped("amount"), [7.5])
                self.assertEqual(self.late().amount_residual, 7.5)
                self.assertFalse(charge.amount_residual)
                charge._book_late_fees(self.day("2026-12-31"))
                self.assertEqual(len(self.late()), 1)
                self.assertLedgerTies()
                receipt._cancel("Next one")
                self.late().run_id.action_undo()

    def test_at_payment_from_what_was_prepaid(self):
        self.rule.booking = "payment"
        self.receive(self.owner, 300.0, self.charge.browse())
        self.env["pm.receipt"]._use_prepayment(self.owner, self.charge)
        self.assertFalse(self.charge.amount_residual)
        # until the last day of the year, on which it is used: 51 days
        self.assertEqual(self.late().mapped("amount"), [38.25])

    def test_money_is_booked_whatever_becomes_of_the_late_fee(self):
        self.rule.booking = "payment"
        Run = type(self.env["pm.bill.run"])
        with patch.object(Run, "_bill_at_once", side_effect=UserError("closed books")):
            receipt = self.env["pm.receipt"]._receive(
                self.owner,
                self.charge,
                250.0,
                self.company_data["default_journal_bank"],
                source="online",
            )
        self.assertEqual((receipt.state, self.charge.amount_residual), ("posted", 0))
        self.assertIn("closed books", receipt.message_ids[0].body)

    def test_twelve_cost_as_many_queries_as_one(self):
        """Rules, stops and what was paid are read for all charges at once."""
        with freeze_time("2026-11-01 02:00:00"):
            for unit in self.units[1:]:
                self.make_fee(unit)
            self.bill("2026-08-01", date_invoice="2026-11-01", date_due="2026-11-10")
        charges = self.env["pm.charge"].search(
            [("property_id.estate_id", "=", self.estate.id), ("state", "=", "posted")]
        )
        self.assertGreaterEqual(len(charges), 6)
        day = self.day("2026-12-20")
        self.assertEqual(len(charges._late_fees(day)), len(charges))
        self.assertQueriesDoNotGrow(charges, lambda some: some._late_fees(day))

    def test_a_table_of_rates_that_begins_too_late(self):
        """What no rate is known for is said with the way out, and is never nothing;
        money that comes in by the bank is booked all the same."""
        self.rule.write(
            {
                "per": "year",
                "rate_ids": [
                    Command.create({"date_from": "2026-11-21", "percent": 36.5})
                ],
            }
        )
        with self.assertRefused(UserError, "no rate for 11/11/2026"):
            self.amount("2026-11-30")
        receipt = self.env["pm.receipt"]._receive(
            self.owner,
            self.charge,
            250.0,
            self.company_data["default_journal_bank"],
            source="online",
            date="2026-11-30",
        )
        self.assertEqual((receipt.state, self.charge.amount_residual), ("posted", 0))
        self.assertIn("no rate for", receipt.message_ids[0].body)
        self.rule.rate_ids = [
            Command.create({"date_from": "2026-01-01", "percent": 73})
        ]
        # ten days at twice the rate of the ten that follow
        self.assertEqual(self.amount("2026-11-30"), 7.5)
