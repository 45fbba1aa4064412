from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .gate_common import GateCase


@tagged("post_install", "-at_install")
class TestDenied(GateCase):
    """Who is not let in, by whose decision, until when."""

    def deny(self, approved=True, **vals):
        denied = (
            self.env["pm.gate.denied"]
            .with_user(self.manager)
            .create(
                {
                    "name": "钱闹事",
                    "property_id": self.estate.id,
                    "reason": "Broke the barrier",
                    **vals,
                }
            )
        )
        if approved:
            denied.sudo()._as_step()._approve()
        return denied

    def code(self, **vals):
        one = self.make_pass(**vals)
        return self.find(one.number)[0]

    def test_telephone_and_plate_refuse(self):
        self.deny(phone="138 0000 0001", plate="沪B-99999")
        self.assertEqual(self.code(visitor_phone="+86 13800000001")["code"], "denied")
        answer = self.code(plate="沪b99999")
        self.assertEqual(answer["code"], "denied")
        self.assertIn("manager", answer["instruction"])
        self.assertNotIn("barrier", str(answer))
        self.assertTrue(self.code(visitor_phone="13800000002")["ok"])

    def test_the_same_name_only_warns(self):
        self.deny()
        answer = self.code(visitor_name="钱 闹事")
        self.assertTrue(answer["ok"])
        self.assertTrue(answer["same_name"])

    def test_it_has_a_begin_an_end_and_an_approval(self):
        today = fields.Date.today()
        self.deny(approved=False, plate="A1")
        self.deny(plate="A2", date_from=fields.Date.add(today, days=3))
        self.deny(
            plate="A3",
            date_from=fields.Date.subtract(today, days=9),
            date_to=fields.Date.subtract(today, days=2),
        )
        for plate in ("A1", "A2", "A3"):
            self.assertTrue(self.code(plate=plate)["ok"], plate)

    def test_it_is_lifted_with_a_reason(self):
        denied = self.deny(plate="A1")
        with self.assertRefused(UserError, "why it is lifted"):
            denied.action_lift()
        denied.lifted_reason = "Has paid"
        denied.action_lift()
        with self.assertRefused(AccessError, "by hand"):
            denied.lifted_reason = "Has not paid"
        self.assertTrue(self.code(plate="A1")["ok"])

    def test_who_asks_does_not_decide(self):
        denied = self.deny(approved=False)
        other = self.make_user(
            "pm_gate_manager_b", "pm_core.group_pm_estate_manager", self.estate
        )
        denied.action_submit()
        self.assertEqual(denied.state, "approval")
        with self.assertRaises(AccessError):
            denied._validate_tier()
        denied.with_user(other)._validate_tier()
        self.assertEqual(denied.state, "approved")

    def test_other_estates(self):
        far = self.make_estate("Far Garden")
        self.deny(plate="A1", property_id=self.estate.id)
        unit = self.make_unit(self.make_building(far, "9"), "9-909")
        one = self.make_pass(property_id=unit.id, plate="A1")
        self.assertNotEqual(one._refusal(), "denied")
        self.deny(plate="A1", all_estates=True)
        self.assertEqual(one._refusal(), "denied")

    def test_it_is_of_an_estate(self):
        with self.assertRefused(ValidationError, "choose an estate"):
            self.deny(property_id=self.unit.id)

    def test_plain_staff_see_nothing(self):
        denied = self.deny()
        with self.assertRaises(AccessError):
            denied.with_user(self.staff).read(["name"])
        with self.assertRaises(AccessError):
            denied.with_user(self.guard).write({"name": "x"})

    def test_old_entries_go(self):
        today = fields.Date.today()
        old = self.deny(
            date_from=fields.Date.subtract(today, years=3),
            date_to=fields.Date.subtract(today, years=2),
        )
        young = self.deny()
        with self.enter_registry_test_mode():
            self.env.ref("pm_maintenance.ir_cron_gate_forget").method_direct_trigger()
        self.assertFalse(old.exists())
        self.assertTrue(young.exists())
