"""Stock and purchase users without a role of ours work as Odoo has it."""

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import Form, new_test_user, tagged

from .stores_common import StoreCase


@tagged("post_install", "-at_install")
class TestOdooUsers(StoreCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer = new_test_user(
            cls.env,
            "odoo_buyer",
            "purchase.group_purchase_user,base.group_partner_manager",
        )
        cls.stockman = new_test_user(cls.env, "odoo_stock", "stock.group_stock_user")
        cls.tap = cls.make_product("Tap", price=100)

    def make_purchase(self, quantity=1):
        return (
            self.env["purchase.order"]
            .with_user(self.buyer)
            .create(
                {
                    "partner_id": self.supplier.id,
                    "order_line": [
                        Command.create(
                            {"product_id": self.tap.id, "product_qty": quantity}
                        )
                    ],
                }
            )
        )

    def test_buy_receive_and_deliver(self):
        order = self.make_purchase(100)
        self.assertFalse(order.estate_id)
        order.button_confirm()
        self.assertEqual(order.state, "purchase", "no level of ours asks")
        picking = order.picking_ids.with_user(self.stockman)
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        warehouse = order.picking_type_id.warehouse_id
        self.assertEqual(picking.location_dest_id, warehouse.lot_stock_id)
        with Form(picking.copy()) as form:
            form.origin = "again"
        quant = self.env["stock.quant"].with_user(self.stockman)
        found = quant.search([("product_id", "=", self.tap.id)])
        self.assertIn(100, found.mapped("quantity"))

    def test_forms_open(self):
        order = self.make_purchase()
        with Form(order) as form:
            form.partner_ref = "X"
        self.assertNotEqual(
            order.get_view(view_type="form")["id"],
            self.env.ref("pm_maintenance.purchase_order_view_form_estate").id,
        )

    def test_warehouse_does_not_take_from_the_store(self):
        self.put(self.tap, 5)
        warehouse = self.store.location_id.warehouse_id
        move = self.env["stock.move"].create(
            {
                "product_id": self.tap.id,
                "product_uom_qty": 1,
                "location_id": warehouse.lot_stock_id.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
            }
        )
        move._action_confirm()
        move._action_assign()
        self.assertEqual(move.quantity, 0)

    def test_levels_of_their_own(self):
        """OCA's approval works for purchases that are nobody's estate."""
        reviewer = new_test_user(
            self.env, "odoo_reviewer", "purchase.group_purchase_manager"
        )
        self.env["tier.definition"].create(
            {
                "name": "All others",
                "model_id": self.env.ref("purchase.model_purchase_order").id,
                "review_type": "individual",
                "reviewer_id": reviewer.id,
                "definition_domain": "[('estate_id', '=', False)]",
            }
        )
        order = self.make_purchase()
        with self.assertRefused(ValidationError, "needs to be validated"):
            with self.env.cr.savepoint():
                order.button_confirm()
        order.request_validation()
        self.assertEqual(order.validation_status, "pending")
        order.with_user(reviewer).validate_tier()
        self.assertEqual((order.validation_status, order.state), ("validated", "draft"))
        # the next call is another transaction
        order.invalidate_recordset()
        order.button_confirm()
        self.assertEqual(order.state, "purchase")
        second = self.make_purchase()
        second.request_validation()
        second.with_user(reviewer).reject_tier()
        second.restart_validation()
        self.assertFalse(second.review_ids)
        second.button_cancel()
        second.unlink()

    def test_receipt_in_odoo_reaches_the_order(self):
        """A stock user receives what was bought for an order: it is kept ready."""
        order = self.on_site()
        line = self.ask(order, self.tap, 2)
        order.action_buy_missing()
        picking = order.sudo().purchase_ids.picking_ids.with_user(self.stockman)
        picking.button_validate()
        self.assertEqual(line.quantity_reserved, 2)

    def test_buyer_sees_purchases_of_estates(self):
        order = self.on_site()
        self.ask(order, self.tap, 2)
        order.action_buy_missing()
        purchase = order.sudo().purchase_ids.with_user(self.buyer)
        self.assertEqual(purchase.amount_untaxed, 200)
        purchase.order_line.price_unit = 90
        self.assertEqual(purchase.amount_untaxed, 180)
