from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .stores_common import StoreCase


@tagged("post_install", "-at_install")
class TestCount(StoreCase):
    def sheet(self, user=None):
        Count = self.env["pm.store.count"].with_user(user or self.keeper)
        count = Count.create({"store_id": self.store.id})
        count.action_fill()
        return count

    def test_books_follow_the_count(self):
        lamp = self.make_product("Lamp")
        self.put(self.seal, 10)
        self.put(lamp, 4)
        count = self.sheet()
        self.assertEqual(count.line_ids.mapped("shown"), [4, 10])
        count.line_ids.filtered(lambda line: line.product_id == lamp).counted = 7
        seal = count.line_ids.filtered(lambda line: line.product_id == self.seal)
        seal.is_counted = True
        self.assertEqual(count.line_ids.mapped("difference"), [3, -10])
        count.action_confirm()
        self.assertEqual(self.on_hand(lamp), 7)
        self.assertEqual(self.on_hand(), 0, "zero is a count too")
        self.assertEqual(count.done_by_id, self.keeper)
        with self.assertRefused(UserError, "is booked"):
            count.action_confirm()
        with self.assertRefused(UserError, "is booked"):
            seal.counted = 3
        with self.assertRefused(AccessError, "by hand"):
            count.name = "Count of another day"

    def test_what_was_not_counted_stays(self):
        self.put(self.seal, 10)
        count = self.sheet()
        with self.assertRefused(UserError, "Nothing was counted"):
            count.action_confirm()
        self.assertEqual(self.on_hand(), 10)

    def test_what_moved_meanwhile_is_counted_again(self):
        self.put(self.seal, 10)
        count = self.sheet()
        count.line_ids.counted = 9
        order = self.on_site()
        self.ask(order, quantity=2)
        order.action_done()
        with self.assertRefused(UserError, "since the sheet was filled: Seal"):
            count.action_confirm()
        self.assertEqual(self.on_hand(), 8)

    def test_lots_are_counted_each(self):
        pump = self.make_product("Pump", tracking="lot")
        self.put(pump, 3, lot="A")
        count = self.sheet()
        count.line_ids = [
            Command.create({"product_id": pump.id, "lot_name": "B", "counted": 2})
        ]
        count.line_ids.filtered(lambda line: line.lot_name == "A").counted = 1
        count.action_confirm()
        self.assertEqual(self.on_hand(pump), 3)
        other = self.sheet()
        self.assertEqual(sorted(other.line_ids.mapped("lot_name")), ["A", "B"])
        with self.assertRefused(ValidationError, "Enter the lot"):
            other.line_ids = [Command.create({"product_id": pump.id, "counted": 1})]

    def test_only_storekeepers_count(self):
        self.put(self.seal, 10)
        with self.assertRaises(AccessError):
            self.sheet(self.technician)
        count = self.sheet()
        count.line_ids.counted = 1
        with self.assertRaises(AccessError):
            count.with_user(self.dispatcher).action_confirm()

    def test_a_count_takes_what_was_kept_ready(self):
        """What is not there is not ready; the order says so."""
        self.put(self.seal, 2)
        line = self.ask(self.on_site(), quantity=2)
        count = self.sheet()
        count.line_ids.is_counted = True
        count.action_confirm()
        self.assertEqual((line.quantity_reserved, line.missing), (0, 2))
