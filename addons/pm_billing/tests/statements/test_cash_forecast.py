"""What will come in and go out, week by week; nothing counts twice."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import freeze_time

from ..common import BillingCase


@freeze_time("2026-11-10 02:00:00")
class TestCashForecast(BillingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_fees()
        cls.bill()
        cls.accountant = cls.make_staff(
            "pm_fore_a", "account.group_account_invoice,account.group_account_readonly"
        )
        cls.head = cls.make_staff("pm_fore_c", "pm_core.group_pm_company_manager")
        cls.manager = cls.make_staff("pm_fore_m", "pm_core.group_pm_estate_manager")

    def rows(self, kind=None, **domain):
        """{line type: what it adds to cash} of the company."""
        self.env.flush_all()
        self.env.invalidate_all()
        found = self.env["mis.cash_flow"].search(
            [
                ("company_id", "=", self.company.id),
                ("parent_state", "=", "posted"),
                "|",
                ("line_type", "!=", "move_line"),
                ("account_type", "in", ("asset_receivable", "liability_payable")),
            ]
        )
        totals = {}
        for row in found:
            key = row.line_type
            totals[key] = totals.get(key, 0.0) + row.debit - row.credit
        return {key: round(total, 2) for key, total in totals.items() if total}

    def test_a_promise_stands_for_the_due_day(self):
        """Three owners owe 262.00; one promises 200.00 in two parts of 100.00, and
        pays 30.00: 556.00 by due day, 170.00 as promised, together what is open."""
        self.assertEqual(self.rows(), {"move_line": 786.0})
        promise = self.env["pm.payment.promise"].create(
            {
                "property_id": self.unit.id,
                "partner_id": self.owner.id,
                "charge_ids": [Command.set(self.open_charges(self.owner).ids)],
                "line_ids": [
                    Command.create({"date": "2026-11-20", "amount": 100.0}),
                    Command.create({"date": "2026-12-20", "amount": 100.0}),
                ],
            }
        )
        self.assertEqual(self.rows(), {"move_line": 786.0})
        promise.action_confirm()
        self.assertEqual(self.rows(), {"move_line": 586.0, "promise": 200.0})
        self.receive(self.owner, 30.0)
        self.assertEqual(self.rows(), {"move_line": 586.0, "promise": 170.0})
        first = self.env["mis.cash_flow"].search(
            [("line_type", "=", "promise")], order="date", limit=1
        )
        self.assertEqual((str(first.date), first.debit), ("2026-11-20", 70.0))
        self.assertEqual(first.action_open_related_line()["res_id"], promise.id)
        promise.action_cancel()
        self.assertEqual(self.rows(), {"move_line": 756.0})

    def test_an_approved_payment_stands_for_the_bill(self):
        bill = self.init_invoice(
            "in_invoice", amounts=[500.0], taxes=[], post=True, company=self.company
        )
        self.assertEqual(self.rows(), {"move_line": 286.0})
        action = bill.with_user(self.accountant).action_pm_ask_payment()
        payout = self.env["pm.payout"].browse(action["res_id"])
        self.assertEqual((payout.amount, payout.kind), (500.0, "bill"))
        again = bill.with_user(self.accountant).action_pm_ask_payment()
        self.assertEqual(again["res_id"], payout.id)
        mine = payout.with_user(self.accountant)
        mine.amount = 300.0
        mine.action_submit()
        self.assertEqual(self.rows(), {"move_line": 286.0})
        payout.with_user(self.head).validate_tier()
        self.assertEqual(self.rows(), {"move_line": 586.0, "payout": -300.0})

    def test_a_purchase_until_it_is_billed(self):
        """10 × 40.00 ordered; 4 are billed: 240.00 is still to come as a purchase."""
        product = self.env["product.product"].create(
            {
                "name": "Uniform",
                "type": "service",
                "purchase_method": "purchase",
                "supplier_taxes_id": [Command.clear()],
            }
        )
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.owners[2].id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_qty": 10.0,
                            "price_unit": 40.0,
                            "tax_ids": [Command.clear()],
                            "date_planned": "2026-12-01",
                        }
                    )
                ],
            }
        )
        self.assertEqual(self.rows(), {"move_line": 786.0})
        order.button_confirm()
        self.assertEqual(self.rows(), {"move_line": 786.0, "purchase": -400.0})
        order.action_create_invoice()
        bill = order.invoice_ids
        bill.invoice_date = "2026-11-10"
        bill.invoice_line_ids.quantity = 4.0
        self.assertEqual(self.rows()["purchase"], -400.0)
        bill.action_post()
        self.assertEqual(self.rows(), {"move_line": 626.0, "purchase": -240.0})

    def test_it_opens_in_one_click_and_says_the_same(self):
        Instance = self.env["mis.report.instance"].with_user(self.accountant)
        action = Instance._pm_cash_forecast()
        self.assertEqual(Instance._pm_cash_forecast()["res_id"], action["res_id"])
        instance = Instance.browse(action["res_id"])
        self.assertEqual(action["context"]["active_id"], instance.id)
        self.assertEqual(len(instance.period_ids), 11)
        matrix = instance.compute()
        rows = {row["label"]: row["cells"] for row in matrix["body"]}
        # of November's bills, due on the day that the settings say
        due = sum(cell.get("val") or 0 for cell in rows["Receivables by due day"])
        self.assertEqual(due, 786.0)
        self.assertEqual(rows["Cash at the end"][-1]["val"], 786.0)

    def test_no_employee_reads_the_ledger_by_it(self):
        for model in ("mis.cash_flow", "mis.cash_flow.forecast_line"):
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.env[model].with_user(self.manager).search([])

    def test_a_credit_note_is_paid_out(self):
        """A paid bill that is credited is owed back: by approval, and matched."""
        self.receive(self.owner, 262.0)
        bill = self.env["account.move"].search(
            [("partner_id", "=", self.owner.id), ("move_type", "=", "out_invoice")]
        )
        credit = self.init_invoice(
            "out_refund",
            partner=self.owner,
            amounts=[12.0],
            taxes=[],
            post=True,
            company=self.company,
        )
        self.assertEqual(bill.payment_state, "paid")
        action = credit.with_user(self.accountant).action_pm_ask_payment()
        payout = self.env["pm.payout"].browse(action["res_id"])
        self.assertEqual((payout.kind, payout.amount), ("refund", 12.0))
        mine = payout.with_user(self.accountant)
        mine.journal_id = self.cash
        mine.action_submit()
        payout.with_user(self.head).validate_tier()
        other = self.make_staff(
            "pm_fore_b", "account.group_account_invoice,account.group_account_readonly"
        )
        payout.with_user(other).action_pay()
        self.assertEqual(payout.state, "paid")
        self.assertEqual(credit.amount_residual, 0.0)
        self.assertEqual(self.receivable(), 524.0)
