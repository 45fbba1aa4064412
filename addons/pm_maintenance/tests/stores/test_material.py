from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .stores_common import StoreCase


@tagged("post_install", "-at_install")
class TestMaterial(StoreCase):
    """Kept ready when asked for, out of the store when done, back when not used."""

    def test_kept_ready_and_used_once(self):
        self.put(self.seal, 10)
        order = self.on_site()
        line = self.ask(order, quantity=3)
        self.assertEqual((line.quantity_reserved, line.missing), (3, 0))
        self.assertEqual(line.progress, "kept ready")
        order.action_done()
        self.assertEqual(line.state, "used")
        self.assertEqual(self.on_hand(), 7)
        line.sudo()._as_step()._consume()
        self.assertEqual(self.on_hand(), 7, "what is booked is not booked again")
        with self.assertRefused(UserError, "is in state Done"):
            order.action_done()
        self.assertEqual(self.on_hand(), 7)

    def test_the_database_knows_it_left_once(self):
        self.put(self.seal, 10)
        order = self.on_site()
        line = self.ask(order, quantity=3)
        order.action_done()
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.env["stock.move"].create(line.sudo()._prepare_move()).flush_recordset()

    def test_redo_adds_lines(self):
        self.put(self.seal, 10)
        order = self.on_site()
        self.ask(order, quantity=3)
        order.action_done()
        order.with_user(self.dispatcher).action_redo("Drips again")
        order.action_accept()
        order.action_arrive()
        self.ask(order, quantity=2)
        order.action_done()
        self.assertEqual(self.on_hand(), 5)
        self.assertEqual(order.material_ids.mapped("state"), ["used", "used"])

    def test_less_was_used(self):
        self.put(self.seal, 10)
        order = self.on_site()
        line = self.ask(order, quantity=3)
        line.quantity_used = 1
        unused = self.ask(order, quantity=4)
        unused.quantity_used = 0
        order.action_done()
        self.assertEqual(self.on_hand(), 9)
        self.assertEqual(line.state, "used")
        self.assertEqual(unused.state, "dropped")
        item = self.store.item_ids.filtered(lambda i: i.product_id == self.seal)
        self.assertEqual((item.quantity, item.reserved), (9, 0))

    def test_not_enough_does_not_stop_the_repair(self):
        """The order is done; the storekeeper settles; nothing goes below zero."""
        self.put(self.seal, 2)
        order = self.on_site()
        line = self.ask(order, quantity=5)
        self.assertEqual((line.quantity_reserved, line.missing), (2, 3))
        self.assertIn("missing: 3.0", order.waits_for)
        order.action_done()
        self.assertEqual(self.on_hand(), 0)
        used, open_line = order.material_ids.sorted("state", reverse=True)
        self.assertEqual((used.state, used.quantity_used), ("used", 2))
        self.assertEqual((open_line.state, open_line.quantity_used), ("unsettled", 3))
        kept = open_line.with_user(self.keeper)
        with self.assertRefused(UserError, "has no 3.0"):
            kept.action_settle()
        with self.assertRefused(AccessError, "storekeeper"):
            open_line.with_user(self.technician).action_settle_found()
        kept.action_settle_found()
        self.assertEqual(open_line.state, "used")
        self.assertEqual(self.on_hand(), 0)
        self.assertEqual(sum(order.sudo().material_ids.mapped("cost")), 20)

    def test_settled_after_the_order_was_closed(self):
        order = self.on_site()
        line = self.ask(order, quantity=2)
        order.action_done()
        order.with_user(self.dispatcher).action_verify()
        order.with_user(self.dispatcher).action_close()
        with self.assertRefused(UserError, "on file"):
            line.quantity_used = 1
        self.put(self.seal, 1)
        line.with_user(self.keeper).quantity_used = 1
        line.with_user(self.keeper).action_settle()
        self.assertEqual((line.state, self.on_hand()), ("used", 0))
        with self.assertRefused(UserError, "on file"):
            self.ask(order)

    def test_settled_from_another_store(self):
        other = self.make_estate("Next Garden")
        next_store = self.env["pm.store"].create({"property_id": other.id})
        self.put(self.seal, 4, store=next_store)
        order = self.on_site()
        line = self.ask(order)
        order.action_done()
        self.assertEqual(line.state, "unsettled")
        with self.assertRefused(AccessError, "may not read"):
            line.with_user(self.keeper).store_id = next_store
        self.keeper.pm_estate_ids += other
        line.with_user(self.keeper).store_id = next_store
        line.with_user(self.keeper).action_settle()
        self.assertEqual(line.state, "used")
        self.assertEqual(self.on_hand(store=next_store), 3)

    def test_cancelled_frees_the_store(self):
        self.put(self.seal, 3)
        order = self.on_site()
        line = self.ask(order, quantity=3)
        order.with_user(self.dispatcher).action_cancel("Sold")
        self.assertEqual(line.state, "dropped")
        self.assertEqual(self.on_hand(), 3)
        second = self.ask(self.on_site(), quantity=3)
        self.assertFalse(second.missing)

    def test_merged_goes_along(self):
        self.put(self.seal, 3)
        source, target = self.make_order(), self.make_order()
        line = self.ask(source.with_user(self.dispatcher), quantity=2)
        source.with_user(self.dispatcher).action_merge(target.id)
        self.assertEqual(line.request_id, target)
        self.assertEqual((line.state, line.quantity_reserved), ("wanted", 2))

    def test_brought_back(self):
        self.put(self.seal, 5)
        order = self.on_site()
        line = self.ask(order, quantity=4)
        order.action_done()
        line.action_return(1)
        self.assertEqual(self.on_hand(), 2)
        with self.assertRefused(UserError, "3.0 .* can come back"):
            line.action_return(3.5)
        with self.assertRefused(UserError, "can come back"):
            line.action_return(-1)
        line.action_return()
        self.assertEqual(self.on_hand(), 5)
        self.assertEqual(line.sudo().cost, 0)
        with self.assertRefused(UserError, "can come back"):
            line.action_return()

    def test_booked_lines_stay(self):
        self.put(self.seal, 5)
        order = self.on_site()
        line = self.ask(order, quantity=2)
        order.action_done()
        for vals in ({"quantity_used": 1}, {"product_id": self.seal.id, "quantity": 9}):
            with self.assertRefused(UserError, "is booked"):
                line.write(vals)
        with self.assertRefused(UserError, "stays on file"):
            line.unlink()
        late = self.ask(order, quantity=1)
        self.assertEqual(late.state, "used", "the work is done: it was used")
        self.assertEqual(self.on_hand(), 2)

    def test_units(self):
        self.put(self.seal, 30)
        order = self.on_site()
        line = self.ask(order, quantity=2, uom_id=self.dozen.id)
        self.assertEqual(line.price, 108)
        order.action_done()
        self.assertEqual(self.on_hand(), 6)
        self.assertEqual(line.sudo().cost, 96)
        hour = self.env.ref("uom.product_uom_hour")
        with self.assertRefused(ValidationError, "something else"):
            self.ask(self.on_site(), uom_id=hour.id)

    def test_lots(self):
        pump = self.make_product("Pump", cost=80, tracking="serial")
        for name in ("A1", "A2", "A3"):
            self.put(pump, 1, lot=name)
        order = self.on_site()
        line = self.ask(order, pump, 2)
        order.action_done()
        self.assertEqual(self.on_hand(pump), 1)
        self.assertEqual(line.lots, "A1, A2")
        line.action_return(1)
        self.assertEqual(self.on_hand(pump), 2)

    def test_quantity_changes_ask_anew(self):
        self.put(self.seal, 5)
        order = self.on_site()
        line = self.ask(order, quantity=2)
        line.quantity = 4
        self.assertEqual((line.quantity_reserved, line.quantity_used), (4, 4))
        line.unlink()
        self.assertFalse(self.ask(order, quantity=5).missing)

    def test_barcode_and_two_taps(self):
        self.put(self.seal, 5)
        order = self.on_site()
        order.action_add_material(barcode="6901234567892")
        order.action_add_material(barcode=" 6901234567892 ")
        self.assertEqual(order.material_ids.quantity, 2)
        with self.assertRefused(UserError, "No product has the code 47"):
            order.action_add_material(barcode="47")
        item = self.store.item_ids.with_user(self.technician)
        action = order.action_open_items()
        told = item.with_context(**action["context"]).action_take()
        self.assertIn("3.0 × Seal", told["params"]["message"])
        self.assertEqual(order.material_ids.quantity, 3)

    def test_own_orders_only(self):
        order = self.on_site()
        with self.assertRefused(AccessError, "handled by its technician"):
            self.ask(order.with_user(self.colleague))
        line = self.ask(order)
        for call in (
            lambda mine: mine.write({"quantity": 9}),
            lambda mine: mine.unlink(),
            lambda mine: mine.action_use(),
            lambda mine: mine.action_drop(),
            lambda mine: mine.action_buy(),
        ):
            with self.assertRefused(AccessError, "handled by its technician"):
                call(line.with_user(self.colleague))

    def test_the_store_is_made_by_itself(self):
        estate = self.make_estate("New Garden")
        order = self.make_order(property_id=estate.id, partner_id=False)
        line = self.ask(order)
        self.assertEqual(line.store_id.property_id, estate)
        self.assertEqual(line.store_id.location_id.pm_store_id, line.store_id)
        self.assertEqual(line.missing, 1)

    def test_services_are_no_material(self):
        service = self.env["product.product"].create(
            {"name": "Help", "type": "service"}
        )
        with self.assertRefused(ValidationError, "is a service"):
            self.ask(self.on_site(), service)

    def test_goods_of_another_company(self):
        company = self.env["res.company"].create({"name": "Second"})
        foreign = self.make_product("Foreign", company_id=company.id)
        with self.assertRefused(ValidationError, "belongs to Second"):
            self.ask(self.make_order(), foreign)

    def test_into_the_quote_once(self):
        self.put(self.seal, 5)
        order = self.on_site()
        order.with_user(self.dispatcher).write(
            {"payer": "private", "payer_reason": "Own tap"}
        )
        self.ask(order, quantity=2)
        order.action_quote_materials()
        order.action_quote_materials()
        self.assertEqual(order.quote_line_ids.mapped("amount"), [18])
        self.assertEqual(order._chargeable_materials().amount, 18)

    def test_many_orders_at_once(self):
        self.put(self.seal, 50)
        orders = self.env["maintenance.request"]
        for __ in range(4):
            order = self.on_site()
            self.ask(order)
            orders |= order
        self.assertQueriesDoNotGrow(
            orders, lambda some: some.mapped("waits_for") and some.mapped("cost")
        )
        lines = orders.material_ids
        self.assertQueriesDoNotGrow(lines, lambda some: some.mapped("progress"))
