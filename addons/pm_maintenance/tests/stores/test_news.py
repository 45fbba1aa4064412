from odoo.tests import tagged

from .stores_common import StoreCase


@tagged("post_install", "-at_install")
class TestNews(StoreCase):
    """The storekeeper learns what runs short, and what others have received."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tap = cls.make_product("Tap", price=100)
        items = cls.env["pm.store.item"]
        cls.seals, cls.taps = items.create(
            [
                {"store_id": cls.store.id, "product_id": product.id, "minimum": 3}
                for product in (cls.seal, cls.tap)
            ]
        )
        cls.put(cls.seal, 4)
        cls.put(cls.tap, 4)

    def asked(self):
        return self.store.activity_ids

    def test_below_the_minimum(self):
        self.assertFalse(self.asked(), "enough is there")
        self.put(self.seal, -1)
        self.assertFalse(self.asked(), "three are not below three")
        self.put(self.seal, -1)
        self.assertEqual(self.asked().user_id, self.keeper)
        self.assertIn("Seal: 2 of at least 3", self.asked().note)
        self.put(self.tap, -3)
        self.assertEqual(len(self.asked()), 1)
        self.assertIn("Tap: 1 of at least 3", self.asked().note)
        self.assertIn("2 items", self.asked().summary)

    def test_it_goes_when_all_is_there(self):
        self.put(self.seal, -3)
        self.assertTrue(self.asked())
        self.put(self.seal, 1)
        self.assertIn("Seal: 2 of at least 3", self.asked().note)
        self.put(self.seal, 5)
        self.assertFalse(self.asked())

    def test_who_has_read_it_is_not_asked_for_each_seal(self):
        self.put(self.seal, -2)
        self.asked().action_feedback()
        self.put(self.seal, -1)
        self.assertFalse(self.asked())

    def test_what_others_receive(self):
        order = self.on_site()
        self.ask(order, self.tap, 6)
        order.action_buy_missing()
        line = order.sudo().purchase_ids.order_line
        told = [("model", "=", "purchase.order"), ("res_id", "=", line.order_id.id)]
        told += [("notified_partner_ids", "in", self.keeper.partner_id.ids)]
        line.with_user(self.keeper).action_pm_receive(1, received=0)
        self.assertFalse(self.env["mail.message"].search(told))
        line.with_user(self.manager).action_pm_receive()
        message = self.env["mail.message"].search(told)
        self.assertIn("Tap", message.body)
        self.assertIn(self.store.display_name, message.subject)

    def test_those_of_the_estate_where_nobody_is_named(self):
        self.store.keeper_id = False
        self.put(self.seal, -3)
        self.assertIn(self.keeper, self.asked().user_id)
