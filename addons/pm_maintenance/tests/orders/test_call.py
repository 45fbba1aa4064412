from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, tagged

from ..common import OrderCase


class TestCall(OrderCase):
    """A number, a unit or a name is enough: who it is, and what they have open."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owner.phone = "138 0000 0000"
        cls.calls = cls.env["pm.order.call"].with_user(cls.service)

    def call(self, query):
        return self.calls.create({"query": query})

    def test_by_any_way(self):
        order = self.make_order()
        for query in ("13800000000", "+86 138-0000-0000", "1-1-101", "王小明"):
            with self.subTest(query=query):
                call = self.call(query)
                self.assertEqual(call.partner_id, self.owner)
                self.assertEqual(call.property_id, self.unit)
                self.assertEqual(call.open_order_ids, order)
        self.assertIn("1-1-101", call.holds)

    def test_several_are_offered(self):
        other = self.make_partner("王小丽")
        self.make_occupancy(self.other_unit, other)
        call = self.call("王小")
        self.assertEqual(call.found_partner_ids, self.owner | other)
        self.assertFalse(call.partner_id)
        call.partner_id = other
        self.assertEqual(call.property_id, self.other_unit)

    def test_the_form(self):
        with Form(self.calls) as form:
            form.query = "13800000000"
            self.assertEqual(form.partner_id, self.owner)
            self.assertEqual(form.property_id, self.unit)
            form.text = "Tap drips"
            form.category_id = self.category
        action = form.record.action_report()
        order = self.env["maintenance.request"].browse(action["res_id"])
        self.assertEqual(order.partner_id, self.owner)
        self.assertEqual(order.channel_id.code, "phone")
        self.assertEqual(order.name, "Tap drips")

    def test_the_same_is_seen(self):
        order = self.make_order()
        call = self.call("1-1-101")
        self.assertFalse(call.same_order_ids)
        call.category_id = self.category
        self.assertEqual(call.same_order_ids, order)

    def test_a_stranger(self):
        call = self.call("13911112222")
        self.assertFalse(call.partner_id)
        self.assertEqual(call.caller_phone, "+8613911112222")
        call.text = "Smoke"
        with self.assertRefused(UserError, "place"):
            call.action_report()
        call.write({"property_id": self.building.id, "caller_name": "Li"})
        order = self.env["maintenance.request"].browse(call.action_report()["res_id"])
        self.assertEqual(order.reporter_phone, "+8613911112222")
        self.assertEqual(order.reporter_name, "Li")

    def test_customers_of_other_estates_are_not_found(self):
        other = self.make_estate("Other Estate")
        unit = self.make_unit(self.make_building(other), "9-101")
        self.make_occupancy(unit, self.make_partner("Else", phone="13900000000"))
        for query in ("13900000000", "9-101", "Else"):
            call = self.call(query)
            self.assertFalse(call.found_partner_ids)
            self.assertFalse(call.found_property_ids)
        with self.assertRefused(AccessError, "Property|property"):
            call.write({"property_id": unit.id})


@tagged("post_install", "-at_install")
class TestCallPage(OrderCase, HttpCase):
    """The address that a telephone system opens."""

    def test_link(self):
        self.owner.phone = "13800000000"
        self.authenticate("pm_service", "pm_service")
        answer = self.url_open("/pm/call?phone=13800000000", allow_redirects=False)
        call = self.env["pm.order.call"].search([], order="id desc", limit=1)
        self.assertEqual(call.query, "13800000000")
        self.assertTrue(answer.headers["Location"].endswith(f"/{call.id}"))
        self.assertEqual(call.with_user(self.service).partner_id, self.owner)

    def test_others(self):
        self.authenticate("pm_tech_a", "pm_tech_a")
        answer = self.url_open("/pm/call?phone=13800000000", allow_redirects=False)
        self.assertEqual(answer.status_code, 404)
