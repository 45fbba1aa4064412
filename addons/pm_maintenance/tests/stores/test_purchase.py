from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .stores_common import StoreCase


@tagged("post_install", "-at_install")
class TestPurchase(StoreCase):
    """Bought for an order, or because little is left; approved by amount."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tap = cls.make_product("Tap", price=100)
        cls.director = cls.make_user(
            "pm_company_head", "pm_core.group_pm_company_manager", cls.estate
        )

    def test_small_amounts_in_one_step(self):
        order = self.on_site()
        line = self.ask(order, self.tap, 2)
        order.action_buy_missing()
        purchase = order.sudo().purchase_ids
        self.assertEqual(purchase.state, "purchase")
        self.assertEqual(purchase.store_id, self.store)
        self.assertFalse(purchase.order_line.analytic_distribution, "booked when used")
        self.assertIn("ordered from Hardware Shop", line.progress)
        self.assertIn("Tap – ", order.waits_for)
        with self.assertRefused(UserError, "there or ordered already"):
            order.action_buy_missing()
        bought = purchase.order_line.with_user(self.keeper)
        with self.assertRefused(AccessError, "storekeeper"):
            purchase.order_line.with_user(self.dispatcher).action_pm_receive()
        bought.action_pm_receive(1, received=0)
        self.assertEqual((line.quantity_reserved, line.missing), (1, 1))
        with self.assertRefused(UserError, "1.0 of 2.0 are received"):
            bought.action_pm_receive(1, received=0)
        with self.assertRefused(UserError, "Only 1.0"):
            bought.action_pm_receive(5)
        bought.action_pm_receive()
        self.assertFalse(line.missing)
        self.assertFalse(order.waits_for)
        with self.assertRefused(UserError, "2.0 of 2.0 are received"):
            bought.action_pm_receive()
        order.action_done()
        self.assertEqual(line.sudo().cost, 200, "it cost what it was bought for")
        self.assertEqual(self.on_hand(self.tap), 0)

    def test_large_amounts_wait_for_the_levels(self):
        order = self.on_site()
        line = self.ask(order, self.tap, 8)
        order.action_buy_missing()
        purchase = order.sudo().purchase_ids
        self.assertEqual(purchase.state, "draft")
        self.assertEqual(purchase.review_ids.reviewer_ids, self.manager)
        self.assertIn("waits for approval by pm_estate_head", line.progress.lower())
        with self.assertRaises(UserError):
            purchase.with_user(self.keeper).action_pm_place()
        with self.assertRefused(AccessError, "does not wait for your decision"):
            purchase.with_user(self.keeper)._validate_tier(purchase.review_ids)
        purchase.with_user(self.manager).validate_tier()
        self.assertEqual(purchase.state, "purchase", "approved is ordered")
        self.assertIn("ordered from", line.progress)

    def test_nobody_agrees_to_the_own_purchase(self):
        """What the estate manager has bought is for those above."""
        level = self.env.ref("pm_maintenance.tier_definition_purchase_estate")
        level.exclude_requester = True
        line = self.ask(self.make_order().with_user(self.manager), self.tap, 6)
        line.action_buy(self.supplier.id, 100)
        purchase = line.sudo().purchase_line_id.order_id
        self.assertNotIn(self.manager, purchase.review_ids.reviewer_ids)
        self.assertIn(self.director, purchase.review_ids.reviewer_ids)
        with self.assertRefused(AccessError, "does not wait for your decision"):
            purchase.with_user(self.manager)._validate_tier(purchase.review_ids)

    def test_refused(self):
        order = self.on_site()
        line = self.ask(order, self.tap, 8)
        order.action_buy_missing()
        purchase = order.sudo().purchase_ids
        purchase.with_user(self.manager).reject_tier()
        self.assertEqual(purchase.state, "draft")
        self.assertIn("refused by", line.progress)
        purchase.with_user(self.keeper).action_pm_cancel()
        self.assertEqual(purchase.state, "cancel")
        line.with_user(self.dispatcher).action_buy(self.supplier.id, 20)
        self.assertEqual(len(order.sudo().purchase_ids), 2)

    def test_cut_into_small_ones_is_no_small_one(self):
        order = self.on_site()
        self.ask(order, self.tap, 4)
        order.action_buy_missing()
        self.assertEqual(order.sudo().purchase_ids.state, "purchase")
        self.ask(order, self.make_product("Pipe", price=50), 4)
        order.action_buy_missing()
        second = order.sudo().purchase_ids.sorted("id")[-1]
        self.assertEqual(second.state, "draft")
        self.assertEqual(second.amount_to_approve, 600)

    def test_above_all(self):
        order = self.on_site()
        self.ask(order, self.tap, 60)
        order.action_buy_missing()
        purchase = order.sudo().purchase_ids
        self.assertEqual(len(purchase.review_ids), 2)
        purchase.with_user(self.manager).validate_tier()
        self.assertEqual(purchase.state, "draft")
        purchase.with_user(self.director)._validate_tier(purchase.review_ids)
        self.assertEqual(purchase.state, "purchase")

    def test_prices_are_not_the_technician_s(self):
        order = self.on_site()
        line = self.ask(order, self.seal)
        with self.assertRefused(UserError, "Nobody has a price for Seal"):
            line.action_buy()
        with self.assertRefused(AccessError, "dispatchers and storekeepers"):
            line.action_buy(self.supplier.id, 0.01)
        line.with_user(self.dispatcher).action_buy(self.supplier.id, 5)
        self.assertEqual(order.sudo().purchase_ids.amount_untaxed, 5)

    def test_on_order_is_not_changed(self):
        order = self.on_site()
        line = self.ask(order, self.tap)
        order.action_buy_missing()
        for call in (
            lambda: line.write({"quantity": 2}),
            line.action_drop,
            line.unlink,
        ):
            with self.assertRefused(UserError, "is on order"):
                call()

    def test_used_before_it_was_received(self):
        """The part was fetched from the shop at night; the paper comes later."""
        order = self.on_site()
        line = self.ask(order, self.tap)
        order.action_buy_missing()
        order.action_done()
        self.assertEqual(line.state, "unsettled")
        purchase = order.sudo().purchase_ids
        purchase.order_line.with_user(self.keeper).action_pm_receive()
        self.assertEqual(line.state, "used")
        self.assertEqual(self.on_hand(self.tap), 0)

    def test_below_minimum_is_bought_again(self):
        self.put(self.tap, 3)
        item = self.store.item_ids.filtered(lambda i: i.product_id == self.tap)
        item.with_user(self.keeper).write({"minimum": 5, "maximum": 9})
        Item = self.env["pm.store.item"].with_user(self.keeper)
        self.assertIn(item, Item.search([("is_below", "=", True)]))
        self.assertEqual(self.store.with_user(self.keeper).below_count, 1)
        item.with_user(self.keeper).action_replenish()
        purchase = self.env["purchase.order"].search([("store_id", "=", self.store.id)])
        self.assertEqual(purchase.order_line.product_qty, 6)
        self.assertEqual(purchase.estate_id, self.estate)
        with self.assertRefused(UserError, "enough is there, or ordered"):
            item.with_user(self.keeper).action_replenish()
        # 600 are for the estate manager
        purchase.with_user(self.keeper).action_pm_place()
        self.assertEqual(purchase.validation_status, "pending")
        purchase.with_user(self.manager).validate_tier()
        purchase.order_line.with_user(self.keeper).action_pm_receive()
        self.assertEqual(self.on_hand(self.tap), 9)
        self.assertNotIn(item, Item.search([("is_below", "=", True)]))

    def test_an_item_is_of_one_product(self):
        """What is bought again below its minimum is what it says."""
        other = self.make_product("Hose")
        item = (
            self.env["pm.store.item"]
            .with_user(self.keeper)
            .create({"store_id": self.store.id, "product_id": self.seal.id})
        )
        with self.assertRefused(UserError, "Make a new item"):
            item.product_id = other
        item.write({"product_id": self.seal.id, "place": "B4"})
        self.assertEqual((item.product_id, item.place), (self.seal, "B4"))

    def test_the_order_s_need_is_bought_once(self):
        """Odoo's replenishment counts it too; buying for the order takes it over."""
        self.put(self.tap, 3)
        item = self.store.item_ids.filtered(lambda i: i.product_id == self.tap)
        item.with_user(self.keeper).write({"minimum": 1, "maximum": 2})
        order = self.on_site()
        line = self.ask(order, self.tap, 7)
        point = item.orderpoint_id
        point.invalidate_recordset()
        point._compute_qty_to_order_computed()
        point._procure_orderpoint_confirm(company_id=self.env.company)
        refill = self.env["purchase.order"].search([("store_id", "=", self.store.id)])
        self.assertEqual(refill.order_line.product_qty, 6, "4 missing and 2 to keep")
        self.assertIn(refill.name, line.progress)
        line.with_user(self.dispatcher).action_buy()
        self.assertEqual(line.sudo().purchase_line_id.product_qty, 4)
        self.assertEqual(refill.order_line.product_qty, 2)

    def test_bought_for_the_store(self):
        self.put(self.seal, 1)
        item = self.store.item_ids.filtered(lambda i: i.product_id == self.seal)
        wizard = self.env["pm.order.buy"].with_user(self.keeper)
        wizard = wizard.create(
            {
                "item_id": item.id,
                "supplier_id": self.supplier.id,
                "quantity": 20,
                "price": 3,
            }
        )
        wizard.action_apply()
        purchase = self.env["purchase.order"].search([("store_id", "=", self.store.id)])
        self.assertEqual((purchase.state, purchase.amount_untaxed), ("purchase", 60))
        step = self.env["pm.store.step"].with_user(self.keeper)
        step.create(
            {
                "step": "receive",
                "purchase_line_id": purchase.order_line.id,
                "quantity": 20,
            }
        ).action_apply()
        self.assertEqual(self.on_hand(), 21)

    def test_to_another_store(self):
        other = self.make_estate("Next Garden")
        store = self.env["pm.store"].create({"property_id": other.id})
        self.keeper.pm_estate_ids += other
        self.put(self.seal, 5)
        item = self.store.item_ids.with_user(self.keeper)
        step = (
            self.env["pm.store.step"]
            .with_user(self.keeper)
            .create(
                {
                    "step": "transfer",
                    "item_id": item.id,
                    "quantity": 2,
                    "store_id": store.id,
                }
            )
        )
        step.action_apply()
        self.assertEqual((self.on_hand(), self.on_hand(store=store)), (3, 2))
        step.quantity = 4
        with self.assertRefused(UserError, "3.0 are free"):
            step.action_apply()

    def test_scheduler_of_odoo_buys_for_the_store(self):
        self.put(self.tap, 1)
        item = self.store.item_ids.filtered(lambda i: i.product_id == self.tap)
        item.with_user(self.keeper).minimum = 3
        item.orderpoint_id._procure_orderpoint_confirm(company_id=self.env.company)
        purchase = self.env["purchase.order"].search([("store_id", "=", self.store.id)])
        self.assertEqual(purchase.order_line.product_qty, 2)
        self.assertEqual(purchase.order_line.orderpoint_id, item.orderpoint_id)

    def test_lots_are_named_when_received(self):
        pump = self.make_product("Pump", price=50, tracking="lot")
        order = self.on_site()
        self.ask(order, pump)
        order.action_buy_missing()
        bought = order.sudo().purchase_ids.order_line.with_user(self.keeper)
        with self.assertRefused(UserError, "Enter the lot"):
            bought.action_pm_receive()
        bought.action_pm_receive(lot_name="L7")
        order.action_done()
        self.assertEqual(order.material_ids.lots, "L7")

    def test_what_the_store_does_not_count(self):
        """Its bill is the cost of the estate; it is never in stock."""
        grease = self.make_product("Grease", price=12, is_storable=False)
        order = self.on_site()
        line = self.ask(order, grease, 2)
        order.action_buy_missing()
        bought = order.sudo().purchase_ids.order_line
        account = self.estate.analytic_account_id
        self.assertEqual(bought.analytic_distribution, {str(account.id): 100})
        order.action_done()
        self.assertEqual((line.state, line.sudo().cost), ("used", 24))
        lines = self.env["account.analytic.line"].search(
            [("pm_request_id", "=", order.id), ("product_id", "=", grease.id)]
        )
        self.assertFalse(lines)

    def test_counts_of_many_stores(self):
        stores = self.store
        for name in ("B", "C", "D"):
            estate = self.make_estate(name)
            stores |= self.env["pm.store"].create({"property_id": estate.id})
        for store in stores:
            self.put(self.tap, 1, store=store)
        self.assertQueriesDoNotGrow(stores, lambda some: some.mapped("expected_count"))
        self.assertQueriesDoNotGrow(
            stores.item_ids,
            lambda some: some.mapped("quantity") and some.mapped("expected"),
        )
