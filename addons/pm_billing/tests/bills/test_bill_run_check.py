from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time

from ..common import BillingCase


@freeze_time("2026-11-10")
class TestBillRunCheck(BillingCase):
    """What a run points at before it is confirmed."""

    def checked(self, **vals):
        run = self.make_run(**vals)
        run.action_prepare()
        return run

    def codes(self, run):
        return sorted(run._check().mapped("code"))

    def test_nothing_to_look_at(self):
        self.make_fees()
        run = self.checked()
        self.assertFalse(run._check())
        self.assertFalse(run.check_count)

    def test_amounts_that_jump(self):
        """±30 % against the last period; the threshold is the company's."""
        self.make_fees()
        self.bill("2026-10-01", "2026-10-31")
        self.unit.gross_area = 131
        run = self.checked()
        self.assertEqual(self.codes(run), ["jump"])
        found = run.check_ids
        self.assertEqual(found.property_id, self.unit)
        self.assertIn("+31", found.message)
        self.assertFalse(run.exception_count)
        self.company.pm_check_jump_percent = 40
        self.assertFalse(self.codes(run))
        self.company.pm_check_jump_percent = 0
        self.assertFalse(self.codes(run))

    def test_a_part_of_a_month_is_no_jump(self):
        self.make_fee(self.unit, date_from="2026-10-21")
        self.bill("2026-10-01", "2026-10-31")
        self.assertFalse(self.codes(self.checked()))

    def test_same_period_of_last_year(self):
        """Heating of winter is compared with that of last winter, if staff say so."""
        self.make_fee(self.unit, date_from="2025-11-01")
        self.bill("2025-11-01", "2025-11-30")
        self.unit.gross_area = 50
        self.bill("2025-12-01", "2026-10-31")
        self.assertEqual(self.codes(self.checked()), ["jump"])
        self.env["pm.bill.run"].search([("state", "=", "prepared")]).action_undo()
        self.company.pm_check_jump_against = "last"
        self.assertFalse(self.codes(self.checked()))

    def test_what_cannot_be_charged_is_among_it(self):
        self.make_fee(self.make_unit(self.building, "1-8"))
        self.make_fee(self.unit).property_id.gross_area = 0
        self.assertEqual(self.codes(self.checked()), ["no_area", "no_payer"])

    def test_archived(self):
        self.make_fees(self.unit)
        self.owner.active = False
        run = self.checked()
        self.assertIn("archived_payer", self.codes(run))
        self.owner.active = True
        self.unit.active = False
        self.assertIn("archived_unit", self.codes(run))

    def test_item_without_tax(self):
        self.make_fees(self.unit)
        self.facilities.tax_ids = False
        run = self.checked()
        self.assertEqual(self.codes(run), ["no_tax"])
        self.company.pm_check_tax = False
        self.assertFalse(self.codes(run))

    def test_lock_dates(self):
        self.make_fees(self.unit)
        run = self.checked()
        self.company.sudo().fiscalyear_lock_date = "2026-11-30"
        self.assertIn("locked", self.codes(run))

    def test_who_may_check(self):
        self.make_fees(self.unit)
        run = self.checked()
        clerk = self.make_staff("check_clerk", "pm_billing.group_pm_billing_clerk")
        cashier = self.make_staff("check_cashier", "pm_billing.group_pm_cashier")
        run.with_user(clerk).action_check()
        with self.assertRefused(AccessError, "not allowed"):
            run.with_user(cashier).action_check()

    def test_queries_do_not_grow(self):
        """Preparing and checking take as many queries for 30 units as for 10."""
        counts = {}
        for number in (3, 10, 30):
            building = self.make_building(self.estate, f"B{number}")
            for flat in range(number):
                unit = self.make_unit(building, f"{number}-{flat}")
                self.make_occupancy(unit, self.owner)
                self.make_fee(unit)
                self.make_fee(unit, self.facilities)
            run = self.make_run(scope=building)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            run.action_prepare()
            self.env.flush_all()
            counts[number] = self.env.cr.sql_log_count - before
            self.assertEqual(run.charge_count, number * 2)
        self.assertLessEqual(counts[30], counts[10] + 4, counts)


@freeze_time("2026-11-10")
class TestSingleCharges(BillingCase):
    def entry(self, **vals):
        return self.env["pm.charge.entry"].create(
            {
                "property_id": self.unit.id,
                "fee_item_id": self.facilities.id,
                "name": "New access card",
                "amount": 30.0,
                **vals,
            }
        )

    def test_pressed_twice(self):
        """A key that exists already is quiet success."""
        entry = self.entry()
        self.assertEqual(entry.partner_id, self.owner)
        first = entry.action_bill()
        again = entry.action_bill()
        self.assertEqual(first["res_id"], again["res_id"])
        charge = self.env["pm.charge"].browse(first["res_id"])
        self.assertEqual((charge.state, charge.amount), ("posted", 30.0))
        self.assertIn("New access card", charge.move_id.invoice_line_ids.name)
        self.assertEqual(charge.run_id.kind, "single")
        with self.assertRefused(UserError, "no run of a period"):
            charge.run_id.action_prepare()
        charge.run_id.action_undo()
        self.assertEqual(charge.state, "cancelled")
        self.assertLedgerTies()

    def test_nothing_to_pay(self):
        with self.assertRefused(UserError, "paid"):
            self.entry(amount=0).action_bill()

    def test_rebill(self):
        """One line is given back and billed as things are today."""
        self.make_fees(self.unit)
        run = self.bill()
        charge = run.charge_ids.filtered(lambda row: row.fee_item_id == self.service)
        self.unit.gross_area = 90
        charge.action_rebill()
        self.assertTrue(charge.is_rebilled)
        credit = charge.credit_ids
        self.assertEqual((credit.amount, credit.correction), (-250.0, "rebill"))
        new = credit.run_id.charge_ids - credit
        self.assertEqual((new.amount, new.date_from), (225.0, charge.date_from))
        self.assertLedgerTies()
        self.assertFalse(self.bill().charge_ids)
        with self.assertRefused(UserError, "given back"):
            charge.action_rebill()
        credit.run_id.action_undo()
        self.assertFalse(charge.is_rebilled)
        self.assertEqual(charge.amount_residual, 250.0)
        self.assertFalse(self.bill().charge_ids)
        self.assertLedgerTies()

    def test_rebill_with_another_payer(self):
        self.make_fee(self.unit)
        charge = self.bill().charge_ids
        self.unit.occupancy_ids.partner_id = self.owners[1]
        charge.action_rebill()
        self.assertEqual(charge.amount_residual, 0.0)
        new = charge.credit_ids.run_id.charge_ids.filtered(lambda row: row.amount > 0)
        self.assertEqual(new.partner_id, self.owners[1])
        self.assertLedgerTies()

    def test_who_may(self):
        self.make_fee(self.unit)
        charge = self.bill().charge_ids
        service = self.make_staff("single_service", "pm_core.group_pm_service")
        with self.assertRefused(UserError, "clerks"):
            charge.with_user(service).action_rebill()

    def test_work_that_was_agreed_to(self):
        order = self.env["maintenance.request"].create(
            {
                "name": "New tap",
                "property_id": self.unit.id,
                "partner_id": self.owner.id,
                "payer": "private",
                "quote_line_ids": [
                    Command.create({"name": "Tap", "quantity": 1, "price": 80})
                ],
            }
        )
        self.assertFalse(order.pm_is_chargeable)
        with self.assertRefused(UserError, "agreed"):
            order.action_charge()
        order._as_step().write({"quote_state": "agreed", "state": "verified"})
        with self.assertRefused(UserError, "settings"):
            order.action_charge()
        self.company.pm_order_item_id = self.facilities
        self.assertTrue(order.pm_is_chargeable)
        order.action_charge()
        self.assertFalse(order.pm_is_chargeable)
        order.action_charge()
        self.assertEqual(order.pm_charge_ids.mapped("amount"), [80.0])
        self.assertEqual(order.pm_charge_ids.partner_id, self.owner)
        self.assertLedgerTies()
