from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..common import BillingCase


@tagged("post_install", "-at_install")
@freeze_time("2026-11-10 02:00:00")
class TestBudget(BillingCase):
    """Peers: a budget of 100, an order of 60, and then one of 50 is stopped."""

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.quick_ref(
            "purchase.group_purchase_manager"
        )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.account = cls.company_data["default_account_expense"]
        cls.post = cls.env["account.budget.post"].create(
            {"name": "Repairs", "account_ids": cls.account.ids}
        )
        cls.product = cls.env["product.product"].create(
            {
                "name": "Cleaning",
                "type": "service",
                "property_account_expense_id": cls.account.id,
                "supplier_taxes_id": [Command.clear()],
                "purchase_method": "purchase",
            }
        )
        cls.supplier = cls.make_partner("Bright & Clean")
        cls.leader = cls.make_staff(
            "budget_company", "pm_core.group_pm_company_manager"
        )
        cls.second = cls.make_staff("budget_second", "pm_core.group_pm_company_manager")
        cls.manager = cls.make_staff(
            "budget_manager", "pm_core.group_pm_estate_manager"
        )

    def make_budget(self, amount=100.0, approve=True, **vals):
        budget = self.env["crossovered.budget"].create(
            {
                "name": "Budget 2026",
                "estate_id": self.estate.id,
                "date_from": "2026-01-01",
                "date_to": "2026-12-31",
                "pm_control": "block",
                "crossovered_budget_line_ids": [
                    Command.create(
                        {
                            "general_budget_id": self.post.id,
                            "date_from": "2026-01-01",
                            "date_to": "2026-12-31",
                            "planned_amount": amount,
                        }
                    )
                ],
                **vals,
            }
        )
        if approve:
            budget.with_user(self.leader).action_budget_confirm()
            budget.with_user(self.second).action_budget_validate()
        return budget

    def order(self, amount, confirm=True, date="2026-11-20"):
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.supplier.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "product_qty": 1,
                            "price_unit": amount,
                            "date_planned": date,
                            "analytic_distribution": {
                                str(self.estate.analytic_account_id.id): 100
                            },
                        }
                    )
                ],
            }
        )
        if confirm:
            order.button_confirm()
        return order

    def amounts(self, budget):
        line = budget.crossovered_budget_line_ids
        line.invalidate_recordset()
        return (line.pm_planned, line.pm_actual, line.pm_committed, line.pm_left)

    def test_ordered_counts_before_the_bill(self):
        budget = self.make_budget()
        self.order(60.0)
        self.assertEqual(self.amounts(budget), (100.0, 0.0, 60.0, 40.0))
        late = self.order(50.0, confirm=False)
        with self.assertRefused(UserError, "exceeds Budget 2026, Repairs"):
            late.button_confirm()
        self.assertEqual(late.state, "draft")
        self.order(40.0)
        self.assertEqual(self.amounts(budget)[3], 0.0)

    def test_what_waits_for_approval_reserves_nothing(self):
        """Two of 60 wait since before: the first that is approved has the budget."""
        self.make_budget()
        first, second = (self.order(60.0, confirm=False) for _number in range(2))
        (first | second)._as_step().state = "to approve"
        first.button_approve()
        self.assertEqual(first.state, "purchase")
        with self.assertRefused(UserError, "exceeds Budget 2026, Repairs"):
            second.button_approve()
        self.assertEqual(second.state, "to approve")

    def test_two_at_one_moment_take_turns(self):
        """Each rewrites the row of the budget: the database has the second start anew,
        and then it sees the first."""
        budget = self.make_budget()
        order = self.order(60.0, confirm=False)
        model = self.env.registry["purchase.order"]
        with patch.object(model, "_pm_one_at_a_time") as turn:
            order.button_confirm()
        turn.assert_called_once_with(budget)
        version = "SELECT xmin::text, ctid::text FROM crossovered_budget WHERE id = %s"
        self.env.cr.execute(version, [budget.id])
        before = self.env.cr.fetchone()
        order._pm_one_at_a_time(budget)
        self.env.cr.execute(version, [budget.id])
        self.assertNotEqual(self.env.cr.fetchone(), before)

    def test_a_bill_takes_the_place_of_the_order(self):
        budget = self.make_budget()
        order = self.order(60.0)
        order.action_create_invoice()
        bill = order.invoice_ids
        bill.invoice_date = "2026-11-20"
        # a draft settles no commitment
        self.assertEqual(self.amounts(budget), (100.0, 0.0, 60.0, 40.0))
        bill.action_post()
        self.assertEqual(self.amounts(budget), (100.0, 60.0, 0.0, 40.0))

    def test_overridden_by_name(self):
        self.make_budget(50.0)
        order = self.order(60.0, confirm=False)
        for user, words in ((self.manager, "is overridden by"),):
            with self.assertRefused(AccessError, words):
                order.with_user(user).sudo(False)._pm_override("It rains in")
        order.with_user(self.leader)._pm_override("It rains in")
        self.assertEqual(order.pm_override_by_id, self.leader)
        self.assertIn("It rains in", order.message_ids[0].body)
        order.button_confirm()
        self.assertEqual(order.state, "purchase")

    def test_overridden_as_far_as_it_went(self):
        self.make_budget(50.0)
        order = self.order(60.0, confirm=False)
        order.with_user(self.leader)._pm_override("It rains in")
        order.order_line.price_unit = 61.0
        with self.assertRefused(UserError, "exceeds Budget 2026, Repairs"):
            order.button_confirm()
        order.order_line.price_unit = 60.0
        order.button_confirm()
        with self.assertRefused(UserError, "exceeds Budget 2026, Repairs"):
            order.order_line.price_unit = 60.5

    def test_a_confirmed_purchase_that_becomes_dearer(self):
        budget = self.make_budget()
        order = self.order(60.0)
        order.order_line.price_unit = 100.0
        self.assertEqual(self.amounts(budget)[3], 0.0)
        with self.assertRefused(UserError, "exceeds Budget 2026, Repairs"):
            order.order_line.product_qty = 2

    def test_who_buys_does_not_override(self):
        self.make_budget(50.0)
        order = self.order(60.0, confirm=False)
        order.user_id = self.leader
        with self.assertRefused(AccessError, "is overridden by"):
            order.with_user(self.leader)._pm_override("It rains in")

    def test_a_warning_lets_it_pass(self):
        self.make_budget(50.0, pm_control="warn")
        order = self.order(60.0)
        self.assertEqual(order.state, "purchase")
        self.assertTrue(
            order.message_ids.filtered(lambda row: "exceeds" in (row.body or ""))
        )

    def test_of_the_month(self):
        budget = self.make_budget(120.0, approve=False, pm_span="month")
        budget.action_pm_spread()
        lines = budget.crossovered_budget_line_ids.sorted("date_from")
        self.assertEqual(lines.mapped("planned_amount"), [10.0] * 12)
        self.assertEqual(str(lines[1].date_to), "2026-02-28")
        budget.with_user(self.leader).action_budget_confirm()
        budget.with_user(self.second).action_budget_validate()
        with self.assertRefused(UserError, "are left"):
            self.order(11.0)
        self.order(10.0)

    def test_cents_of_the_months(self):
        budget = self.make_budget(100.0, approve=False)
        budget.action_pm_spread()
        planned = budget.crossovered_budget_line_ids.sorted("date_from").mapped(
            "planned_amount"
        )
        self.assertAlmostEqual(sum(planned), 100.0, 2)
        self.assertEqual(planned[:2], [8.33, 8.33])
        self.assertAlmostEqual(planned[-1], 8.37, 2)

    def test_two_people(self):
        budget = self.make_budget(approve=False)
        budget.with_user(self.leader).action_budget_confirm()
        with self.assertRefused(AccessError, "did not ask for it"):
            budget.with_user(self.leader).action_budget_validate()
        with self.assertRaises(AccessError):
            budget.with_user(self.manager).action_budget_validate()
        budget.with_user(self.second).action_budget_validate()
        self.assertEqual(
            (budget.pm_asked_by_id, budget.pm_decided_by_id),
            (self.leader, self.second),
        )

    def test_who_wrote_it_does_not_approve_it(self):
        """Whoever asked for it: neither who made it nor who changed a line of it."""
        self.leader.group_ids += self.env.ref("account.group_account_manager")
        budget = self.make_budget(approve=False)
        lines = budget.with_user(self.leader).crossovered_budget_line_ids
        lines.planned_amount = 1000.0
        self.assertEqual(budget.changed_by_id, self.leader)
        budget.with_user(self.second).action_budget_confirm()
        for user in (self.leader, self.second):
            with self.assertRefused(AccessError, "did not ask for it"):
                budget.with_user(user).action_budget_validate()

    def test_a_level_of_approval_decides(self):
        self.env["tier.definition"].create(
            {
                "name": "Budgets: second",
                "model_id": self.env["ir.model"]._get_id("crossovered.budget"),
                "review_type": "individual",
                "reviewer_id": self.second.id,
            }
        )
        budget = self.make_budget(approve=False)
        budget.with_user(self.leader).action_budget_confirm()
        with self.assertRefused(UserError, "waits for"):
            budget.with_user(self.leader).action_budget_validate()
        budget.with_user(self.second).validate_tier()
        self.assertEqual(budget.state, "validate")

    def test_what_holds_is_revised(self):
        budget = self.make_budget()
        with self.assertRefused(UserError, "Press Revise"):
            budget.with_user(self.leader).crossovered_budget_line_ids.planned_amount = 9
        action = budget.with_user(self.leader).action_pm_revise()
        revision = self.env["crossovered.budget"].browse(action["res_id"])
        self.assertEqual((revision.state, revision.pm_revision), ("draft", 1))
        revision.with_user(self.leader).crossovered_budget_line_ids.planned_amount = 200
        self.assertEqual(budget.state, "validate")
        revision.with_user(self.leader).action_budget_confirm()
        revision.with_user(self.second).action_budget_validate()
        self.assertEqual((budget.state, revision.state), ("done", "validate"))
        self.order(150.0)

    def test_one_holds_at_a_time(self):
        self.make_budget()
        with self.assertRefused(UserError, "holds for these days already"):
            self.make_budget()
