"""What another estate's people can do in Odoo's stock: nothing, by any call."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .stores_common import StoreCase


@tagged("post_install", "-at_install")
class TestDoorsOfStock(StoreCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.away = cls.make_estate("Away Garden")
        cls.store_away = cls.env["pm.store"].create({"property_id": cls.away.id})
        cls.put(cls.seal, 5, store=cls.store_away)
        cls.put(cls.seal, 5)
        cls.order_away = cls.make_order(property_id=cls.away.id, partner_id=False)
        cls.line_away = cls.env["pm.order.material"].create(
            {
                "request_id": cls.order_away.id,
                "product_id": cls.seal.id,
                "quantity": 2,
            }
        )
        cls.tap = cls.make_product("Tap", price=10)
        cls.bought = cls.env["pm.order.material"].create(
            {"request_id": cls.order_away.id, "product_id": cls.tap.id}
        )
        cls.bought.action_buy()
        cls.purchase = cls.bought.purchase_line_id.order_id
        cls.employee = new_test_user(cls.env, "pm_plain", "base.group_user")
        cls.people = (
            cls.technician
            | cls.dispatcher
            | cls.keeper
            | cls.manager
            | cls.service
            | cls.employee
        )

    def each(self, call, *records):
        for user in self.people:
            for record in records:
                with (
                    self.subTest(user=user.login, record=record),
                    self.assertRaises(AccessError),
                    self.env.cr.savepoint(),
                ):
                    call(record.with_user(user))

    def test_nothing_is_read(self):
        moves = self.line_away.move_ids
        quants = self.env["stock.quant"].search(
            [("location_id", "=", self.store_away.location_id.id)]
        )
        self.each(
            lambda record: record.read(),
            self.store_away,
            self.store_away.item_ids[0],
            self.line_away,
            self.purchase,
            self.purchase.order_line,
            moves,
            moves.move_line_ids,
            quants[0],
        )

    def test_quantities_of_a_place_are_not_told(self):
        for user in self.people:
            product = self.seal.with_user(user).with_context(
                location=self.store_away.location_id.id
            )
            with self.subTest(user=user.login):
                try:
                    self.assertEqual(product.qty_available, 0)
                except AccessError:
                    continue

    def test_nothing_moves(self):
        lines = self.line_away.move_ids.move_line_ids
        own = self.store.location_id
        self.each(lambda record: record.write({"quantity": 0}), lines)
        self.each(lambda record: record.unlink(), lines)
        self.each(
            lambda record: record.create(
                {
                    "product_id": self.seal.id,
                    "quantity": 5,
                    "location_id": self.store_away.location_id.id,
                    "location_dest_id": own.id,
                    "company_id": self.env.company.id,
                }
            ),
            self.env["stock.move.line"],
        )
        self.each(
            lambda record: record._transfer(self.store, 1), *self.store_away.item_ids
        )
        self.assertEqual(self.on_hand(store=self.store_away), 5)

    def test_lines_of_the_own_store_are_written_by_steps_only(self):
        line = self.ask(self.on_site(), quantity=2)
        moved = line.sudo().move_ids.move_line_ids
        self.each(lambda record: record.write({"quantity": 0}), moved)
        self.assertEqual(line.quantity_reserved, 2)

    def test_steps_stay_at_home(self):
        self.each(lambda record: record.action_pm_cancel(), self.purchase)
        self.each(lambda record: record.action_pm_place(), self.purchase)
        self.each(lambda record: record.action_pm_receive(), self.purchase.order_line)
        self.each(lambda record: record.action_buy(), self.line_away)
        self.each(lambda record: record.action_use(), self.line_away)
        self.each(lambda record: record.action_return(), self.line_away)
        self.each(
            lambda record: record.action_add_material(product_id=self.seal.id),
            self.order_away,
        )
        self.each(lambda record: record.action_open_items(), self.order_away)
        self.each(lambda record: record.action_buy_missing(), self.order_away)
        self.each(lambda record: record.action_replenish(), *self.store_away.item_ids)

    def test_a_foreign_store_is_not_named(self):
        order = self.on_site()
        with self.assertRefused(AccessError, "may not read"):
            self.ask(order, store_id=self.store_away.id)
        line = self.ask(order)
        with self.assertRefused(AccessError, "may not read"):
            line.store_id = self.store_away
        with self.assertRefused(AccessError, "may not read"):
            self.env["pm.store.count"].with_user(self.keeper).create(
                {"store_id": self.store_away.id}
            )
        with self.assertRaises(AccessError):
            self.env["pm.store.step"].with_user(self.keeper).create(
                {"step": "receive", "purchase_line_id": self.purchase.order_line.id}
            )

    def test_purchases_are_written_by_nobody_here(self):
        order = self.on_site()
        self.ask(order, self.tap)
        order.action_buy_missing()
        mine = order.sudo().purchase_ids
        for call in (
            lambda record: record.write({"partner_ref": "x"}),
            lambda record: record.unlink(),
            lambda record: record.button_cancel(),
            lambda record: record.button_draft(),
            lambda record: record.request_validation(),
            lambda record: record.order_line.write({"price_unit": 1}),
        ):
            self.each(call, mine)

    def test_links_are_closed(self):
        """Not even Odoo's own buyers put a purchase under an order by hand."""
        buyer = new_test_user(self.env, "odoo_buyer2", "purchase.group_purchase_user")
        with self.assertRefused(AccessError, "by hand"):
            self.purchase.with_user(buyer).request_id = False
        move = self.line_away.move_ids
        stockman = new_test_user(self.env, "odoo_stock2", "stock.group_stock_manager")
        with self.assertRefused(AccessError, "by hand"):
            move.with_user(stockman).pm_material_id = False
        with self.assertRefused(AccessError, "by hand"):
            self.line_away.with_user(self.env.ref("base.user_admin")).state = "used"
