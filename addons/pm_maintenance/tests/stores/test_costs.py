from odoo import Command, fields
from odoo.tests import tagged

from .stores_common import StoreCase


@tagged("post_install", "-at_install")
class TestCosts(StoreCase):
    """Hours, materials and contractors; each in the estate's account once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.estate.analytic_account_id
        cls.job = cls.env["hr.job"].create({"name": "Plumber", "pm_hourly_rate": 60})
        cls.worker = cls.technician.employee_id
        cls.worker.job_id = cls.job

    def booked(self, order):
        lines = self.env["account.analytic.line"].search(
            [("pm_request_id", "=", order.id)]
        )
        column = self.account.plan_id._column_name()
        self.assertEqual(lines[column], self.account)
        return sorted(lines.mapped("amount"))

    def worked(self, order, hours):
        """Let the hours of the order be so many, whoever is at it."""
        work = order.sudo().work_ids[-1:]
        work.write({"start": fields.Datetime.subtract(work.start, hours=hours)})
        return work

    def test_material_in_the_estate_s_account(self):
        # else the seconds that the test takes would be booked as well
        self.job.pm_hourly_rate = 0
        self.put(self.seal, 10)
        order = self.on_site()
        line = self.ask(order, quantity=3)
        order.action_done()
        self.assertEqual(order.sudo().material_cost, 12)
        self.assertIn(-12, self.booked(order))
        line.action_return(1)
        self.assertEqual(order.sudo().material_cost, 8)
        self.assertEqual(sum(self.booked(order)), -8)

    def test_hours_are_booked_once(self):
        order = self.on_site()
        self.worked(order, 2)
        order.action_done()
        cost = order.sudo().labour_cost
        self.assertAlmostEqual(cost, 120, 0)
        self.assertEqual(self.booked(order), [-cost])
        order.with_user(self.dispatcher).action_redo("Drips again")
        order.action_accept()
        order.action_arrive()
        self.worked(order, 1)
        order.action_done()
        booked = self.booked(order)
        self.assertEqual(len(booked), 2)
        self.assertAlmostEqual(sum(booked), -order.sudo().labour_cost)
        work = order.sudo().work_ids[0]
        work.stop = fields.Datetime.add(work.start, hours=3)
        self.assertAlmostEqual(sum(self.booked(order)), -order.sudo().labour_cost)
        work.unlink()
        self.assertAlmostEqual(sum(self.booked(order)), -order.sudo().labour_cost)

    def test_cancelled_hours_are_a_cost(self):
        order = self.on_site()
        self.worked(order, 1)
        order.with_user(self.dispatcher).action_cancel("Sold")
        self.assertAlmostEqual(sum(self.booked(order)), -60, 0)

    def test_contractor(self):
        order = self.make_order().with_user(self.dispatcher)
        order.contractor_cost = 70
        self.assertEqual(order.cost, 70)
        purchase = order._order_job(self.supplier, "Gate motor", 300)
        self.assertEqual(purchase.state, "purchase")
        self.assertEqual(order.contractor_cost, 300)
        self.assertEqual(
            purchase.order_line.analytic_distribution, {str(self.account.id): 100}
        )
        line = purchase.order_line
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.supplier.id,
                "invoice_date": fields.Date.today(),
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Gate motor",
                            "purchase_line_id": line.id,
                            "quantity": 1,
                            "price_unit": 320,
                            "tax_ids": [Command.clear()],
                        }
                    )
                ],
            }
        )
        bill.action_post()
        self.assertEqual(order.contractor_cost, 320)
        self.assertEqual(order.cost, 320)
        bill.button_draft()
        self.assertEqual(order.contractor_cost, 300)

    def test_perpetual_valuation(self):
        """With an account at the place of consumption the ledger has it as well."""
        company = self.env.company
        expense = self.env["account.account"].search(
            [("account_type", "=", "expense"), ("company_ids", "in", company.ids)],
            limit=1,
        )
        stock = self.env["account.account"].create(
            {"name": "Stock", "code": "140300T", "account_type": "asset_current"}
        )
        journal = self.env["account.journal"].create(
            {"name": "Stock", "code": "STKT", "type": "general"}
        )
        company.account_stock_journal_id = journal
        category = self.env["product.category"].create(
            {
                "name": "Valued",
                "property_valuation": "real_time",
                "property_cost_method": "average",
                "property_stock_valuation_account_id": stock.id,
                "property_stock_journal": journal.id,
            }
        )
        lamp = self.make_product("Lamp", cost=20, categ_id=category.id)
        self.put(lamp, 5)
        company._pm_consumption_location().valuation_account_id = expense
        order = self.on_site()
        line = self.ask(order, lamp, 2)
        order.action_done()
        entry = line.sudo().move_ids.account_move_id
        self.assertEqual(sum(entry.line_ids.mapped("debit")), 40)
        self.assertEqual(
            entry.line_ids.filtered("debit").account_id, expense, "used is expense"
        )
        self.assertFalse(
            entry.line_ids.analytic_line_ids, "the estate's account has it by the move"
        )
        self.assertIn(-40, self.booked(order))
        line.action_return(1)
        self.assertEqual(order.sudo().material_cost, 20)
