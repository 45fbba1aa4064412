"""From a request to the payment: who asks, agrees, buys and pays are four people."""

from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time

from ..common import BillingCase


@freeze_time("2026-11-10 02:00:00")
class TestProcurement(BillingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.asker = cls.make_staff("pm_buy_s", "pm_core.group_pm_service")
        cls.manager = cls.make_staff("pm_buy_m", "pm_core.group_pm_estate_manager")
        cls.head = cls.make_staff("pm_buy_c", "pm_core.group_pm_company_manager")
        cls.buyer = cls.make_staff(
            "pm_buy_b", "pm_core.group_pm_user,purchase.group_purchase_user"
        )
        cls.vendors = cls.env["res.partner"].create(
            [{"name": name, "is_company": True} for name in ("甲", "乙", "丙")]
        )
        cls.product = cls.env["product.product"].create(
            {
                "name": "Uniform",
                "type": "service",
                "purchase_method": "purchase",
                "supplier_taxes_id": [Command.clear()],
            }
        )

    def ask(self, user=None, quantity=10.0, **vals):
        return (
            self.env["purchase.request"]
            .with_user(user or self.asker)
            .create(
                {
                    "property_id": self.estate.id,
                    "line_ids": [
                        Command.create(
                            {
                                "product_id": self.product.id,
                                "name": "Uniform",
                                "product_qty": quantity,
                                "estimated_cost": 500.0,
                            }
                        )
                    ],
                    **vals,
                }
            )
        )

    def agreed(self, **vals):
        request = self.ask(**vals)
        request.button_to_approve()
        request.with_user(self.manager).validate_tier()
        self.assertEqual(request.state, "approved")
        return request

    def quoted(self, request, prices=(40.0, 38.5, 42.0)):
        wizard = (
            self.env["pm.purchase.quote"]
            .with_user(self.buyer)
            .create(
                {
                    "request_id": request.id,
                    "vendor_ids": [Command.set(self.vendors[: len(prices)].ids)],
                }
            )
        )
        wizard.action_ask()
        orders = request.sudo().purchase_order_ids.sorted("id")
        for order, price in zip(orders, prices, strict=True):
            order.with_user(self.buyer).order_line.price_unit = price
        return orders

    def test_asked_agreed_quoted_chosen(self):
        """10 × 40.00, 38.50, 42.00: the second vendor gets 385.00."""
        request = self.ask()
        line = request.line_ids
        self.assertEqual(
            line.analytic_distribution, {str(self.estate.analytic_account_id.id): 100}
        )
        self.assertIn("Not submitted", request.progress)
        request.button_to_approve()
        self.assertIn("Waits for agreement", request._progress())
        with self.assertRefused(AccessError, "your decision"):
            request.validate_tier()
        request.with_user(self.manager).validate_tier()
        self.assertEqual(
            (request.state, request.decided_by_id), ("approved", self.manager)
        )
        orders = self.quoted(request)
        self.assertEqual(request.state, "in_progress")
        self.assertEqual(orders.estate_id, self.estate)
        self.assertEqual(
            orders[0].order_line.analytic_distribution,
            {str(self.estate.analytic_account_id.id): 100},
        )
        action = request.action_pm_compare()
        compared = self.env["purchase.order.line"].search(action["domain"])
        self.assertEqual(
            sorted(compared.mapped("price_subtotal")), [385.0, 400.0, 420.0]
        )
        self.assertIn("are compared", request._progress())
        chosen = orders[1]
        with self.assertRefused(AccessError, "not allowed to access"):
            chosen.with_user(self.asker).action_pm_choose()
        chosen.with_user(self.buyer).action_pm_choose()
        self.assertEqual(
            orders.mapped("state"),
            ["cancel", "draft" if chosen.review_ids else "purchase", "cancel"],
        )
        while chosen.state != "purchase":
            chosen.with_user(self.head).validate_tier()
        self.assertEqual(chosen.amount_untaxed, 385.0)
        self.assertEqual(
            sum(
                share[3]
                for share in chosen.order_line._pm_committed(
                    self.estate.analytic_account_id
                )
            ),
            385.0,
        )
        chosen.action_create_invoice()
        bill = chosen.invoice_ids
        bill.invoice_date = "2026-11-10"
        bill.action_post()
        self.assertIn("not paid yet", request._progress())

    def test_who_asked_neither_agrees_nor_buys(self):
        request = self.ask(user=self.manager)
        request.button_to_approve()
        with self.assertRefused(AccessError, "your decision"):
            request.validate_tier()
        request.with_user(self.head).validate_tier()
        mine = self.ask(user=self.buyer)
        mine.button_to_approve()
        mine.with_user(self.manager).validate_tier()
        with self.assertRefused(AccessError, "did not ask for it"):
            mine.action_pm_quote()
        with self.assertRefused(AccessError, "did not ask for it"):
            request.with_user(self.manager).action_pm_quote()

    def test_who_rewrites_a_request_does_not_agree(self):
        """With levels and without: a line that somebody changed is their wish."""
        for level in (True, False):
            self.env.ref("pm_billing.tier_definition_purchase_request").active = level
            for change in ("write", "create", "unlink"):
                request = self.ask()
                lines = request.with_user(self.manager).line_ids
                if change == "write":
                    lines.product_qty = 1000.0
                elif change == "create":
                    lines.copy({"request_id": request.id})
                else:
                    self.ask().line_ids.copy({"request_id": request.id})
                    lines.unlink()
                self.assertEqual(request.sudo().changed_by_id, self.manager)
                request.button_to_approve()
                with self.assertRefused(AccessError, "your decision|did not ask"):
                    if level:
                        request.with_user(self.manager).validate_tier()
                    else:
                        request.with_user(self.manager).button_approved()

    def test_nobody_asks_in_the_name_of_another(self):
        """Else who asks could agree to it, or buy it, alone."""
        mine = self.ask(user=self.buyer)
        with self.assertRefused(AccessError, "own name"):
            mine.write({"requested_by": self.asker.id})
        # a colleague takes it over, and what it says is the buyer's all the same
        mine.with_user(self.head).requested_by = self.head
        mine.with_user(self.head).button_to_approve()
        mine.with_user(self.manager).validate_tier()
        self.assertEqual(mine.state, "approved")
        with self.assertRefused(AccessError, "did not ask for it"):
            mine.with_user(self.buyer).action_pm_quote()

    def test_what_was_agreed_elsewhere_becomes_no_estate_s(self):
        request = self.ask(property_id=False)
        self.assertFalse(request.estate_id)
        request.write({"state": "approved"})
        with self.assertRefused(UserError, "needs"):
            request.property_id = self.estate

    def test_what_was_agreed_is_not_changed(self):
        line = self.agreed().line_ids
        dozen = self.env.ref("uom.product_uom_dozen")
        for vals in (
            {"product_uom_id": dozen.id},
            {"cancelled": True},
            {"analytic_distribution": False},
            {"date_required": "2026-12-24"},
        ):
            with self.subTest(vals=vals), self.assertRefused(UserError, "needs"):
                line.write(vals)

    def test_without_a_level_a_second_person_agrees(self):
        self.env.ref("pm_billing.tier_definition_purchase_request").active = False
        request = self.ask(user=self.manager)
        request.button_to_approve()
        with self.assertRefused(AccessError, "did not ask for it"):
            request.button_approved()
        request.with_user(self.head).button_approved()
        self.assertEqual(request.state, "approved")

    def test_what_was_agreed_is_not_exchanged(self):
        request = self.agreed()
        for vals in ({"state": "done"}, {"decided_by_id": self.asker.id}):
            with self.subTest(vals=vals), self.assertRefused(AccessError, "by hand"):
                request.write(vals)
        with self.assertRefused(UserError, "this step needs"):
            request.line_ids.product_qty = 1000.0
        with self.assertRefused(UserError, "this step needs"):
            request.property_id = self.building
        with self.assertRefused(AccessError, "own name|'create' access"):
            self.ask(requested_by=self.manager.id)
        request.button_draft()
        request.line_ids.product_qty = 12.0
        self.assertFalse(request.sudo().review_ids)

    def test_each_sees_the_own_and_managers_their_estates(self):
        request = self.ask()
        colleague = self.make_staff("pm_buy_s2", "pm_core.group_pm_service")
        other = self.make_staff(
            "pm_buy_m2",
            "pm_core.group_pm_estate_manager",
            self.make_estate("Other Garden"),
        )
        for user, seen in (
            (self.asker, True),
            (self.manager, True),
            (self.buyer, True),
            (colleague, False),
            (other, False),
        ):
            with self.subTest(user=user.login):
                found = self.env["purchase.request"].with_user(user).search([])
                self.assertEqual(request in found, seen)

    def test_so_many_quotations_from_so_much(self):
        self.company.write({"pm_quotes_from": 300.0, "pm_quotes_needed": 3})
        request = self.agreed()
        orders = self.quoted(request, (40.0, 38.5))
        with self.assertRefused(UserError, "3 vendors are compared, and there are 2"):
            orders[0].with_user(self.buyer).action_pm_choose()
        with self.assertRefused(UserError, "3 vendors are compared"):
            orders[0].button_confirm()
        request.with_user(self.buyer).single_reason = "Only two make it"
        orders[0].with_user(self.buyer).action_pm_choose()
        self.assertEqual(orders[1].state, "cancel")

    def test_how_long_each_level_took(self):
        """Asked at 2:00, agreed at 5:30: 3.5 hours."""
        request = self.ask()
        request.button_to_approve()
        review = request.sudo().review_ids
        asked = review.create_date
        request.with_user(self.manager).validate_tier()
        review.flush_recordset()
        self.env.cr.execute(
            "UPDATE tier_review SET reviewed_date = %s WHERE id = %s",
            (fields.Datetime.to_string(asked + timedelta(hours=3.5)), review.id),
        )
        self.env.invalidate_all()
        row = (
            self.env["pm.approval.time"]
            .with_user(self.manager)
            .search([("model", "=", "purchase.request"), ("res_id", "=", request.id)])
        )
        self.assertAlmostEqual(row.hours, 3.5, 2)
        self.assertEqual((row.done_by_id, row.status), (self.manager, "approved"))
        self.assertEqual(row.document, request.name)
        self.assertEqual(row.action_open()["res_id"], request.id)
