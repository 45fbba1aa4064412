from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from ..common import BillingCase


@freeze_time("2026-11-10")
class TestFeeItemTax(BillingCase):
    """A rate changes on 1 December: 6 % before, 9 % from then on, both included."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_fees(cls.unit)
        cls.new = cls.tax.copy({"name": "9% included", "amount": 9.0})
        cls.service.tax_change_ids = [
            Command.create(
                {
                    "date_from": "2026-12-01",
                    "tax_ids": [Command.set(cls.new.ids)],
                    "note": "A law",
                }
            )
        ]

    def taxes(self, run, item):
        line = run.move_ids.invoice_line_ids.filtered(
            lambda line: line.pm_charge_id.fee_item_id == item
        )
        return line.tax_ids

    def test_bills_bear_the_taxes_of_their_day(self):
        """The amounts stay, as they include the tax; another item keeps its own."""
        old = self.bill("2026-11-01", "2026-11-30", date_invoice="2026-11-30")
        new = self.bill("2026-12-01", "2026-12-31", date_invoice="2026-12-01")
        for run, tax in ((old, self.tax), (new, self.new)):
            self.assertEqual(self.taxes(run, self.service), tax)
            self.assertEqual(self.taxes(run, self.facilities), self.tax)
            self.assertEqual(run.amount_total, 262.0)
        # 250.00 / 1.09 and 12.00 / 1.06
        self.assertEqual(new.move_ids.amount_untaxed, 240.68)
        self.assertLedgerTies()

    def test_what_is_given_back_bears_what_it_was_billed_with(self):
        run = self.bill("2026-11-01", "2026-11-30", date_invoice="2026-11-05")
        fee = run.charge_ids.fee_id.filtered(
            lambda fee: fee.fee_item_id == self.service
        )
        fee.date_to = "2026-11-15"
        back = self.bill("2026-12-01", "2026-12-31", date_invoice="2026-12-01")
        credit = back.charge_ids.filtered("origin_id")
        self.assertEqual(credit.amount, -125.0)
        line = credit.move_id.invoice_line_ids.filtered(
            lambda line: line.pm_charge_id == credit
        )
        self.assertEqual(line.tax_ids, self.tax)
        self.assertLedgerTies()

    def test_free_of_tax_from_a_day_on(self):
        self.service.tax_change_ids.tax_ids = False
        run = self.bill("2026-12-01", "2026-12-31", date_invoice="2026-12-01")
        self.assertFalse(self.taxes(run, self.service))
        self.assertIn("no_tax", run.check_ids.mapped("code"))

    def test_taxes_today(self):
        self.assertEqual(self.service.tax_today_ids, self.tax)
        with freeze_time("2026-12-01"):
            self.service.invalidate_recordset(["tax_today_ids"])
            self.assertEqual(self.service.tax_today_ids, self.new)

    def test_who_sets_prices_sets_taxes(self):
        """An item that estates of others use: not by the clerk of one."""
        shared = self.make_item("shared", method="fixed", surcharge=1, estate_id=False)
        other = self.make_estate("Elsewhere")
        self.make_fee(self.make_unit(other, "x"), shared)
        clerk = self.make_staff("pm_tax_clerk", "pm_billing.group_pm_billing_clerk")
        row = {"fee_item_id": shared.id, "date_from": "2026-12-01"}
        Change = self.env["pm.fee.item.tax"]
        mine = {**row, "fee_item_id": self.service.id, "date_from": "2027-01-01"}
        self.assertTrue(Change.with_user(clerk).create(mine))
        made = Change.create(row)
        with mute_logger("odoo.models.unlink"):
            for step in (
                lambda: Change.with_user(clerk).create(
                    {**row, "date_from": "2027-01-01"}
                ),
                lambda: made.with_user(clerk).write({"tax_ids": [Command.clear()]}),
                lambda: made.with_user(clerk).unlink(),
                lambda: shared.with_user(clerk).write(
                    {"tax_change_ids": [Command.clear()]}
                ),
            ):
                with self.assertRefused(AccessError, "Other estates"):
                    step()
