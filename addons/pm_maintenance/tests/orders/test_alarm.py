import hashlib
import hmac
import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from ..common import OrderCase


@tagged("post_install", "-at_install")
class TestAlarm(OrderCase, HttpCase):
    """Machines report by HTTP: authenticated, once each, and nothing is dropped."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pump = cls.env["maintenance.equipment"].create(
            {"name": "Pump", "pm_code": "PUMP-1", "property_id": cls.building.id}
        )
        cls.source = cls.env["pm.alarm.source"].create(
            {
                "name": "Building control",
                "property_id": cls.estate.id,
                "category_id": cls.category.id,
            }
        )

    def send(self, headers=None, token=None, **event):
        body = json.dumps({"id": "1", "device": "PUMP-1", "text": "Low", **event})
        if headers is None:
            headers = {"Authorization": f"Bearer {self.source.secret}"}
        return self.url_open(
            f"/pm/alarm/{token or self.source.token}",
            data=body,
            headers={"Content-Type": "application/json", **headers},
        )

    def alarms(self):
        return self.env["pm.alarm"].search([("source_id", "=", self.source.id)])

    def test_becomes_an_order(self):
        answer = self.send()
        order = self.alarms().request_id
        self.assertEqual(answer.json(), {"state": "order", "order": order.number})
        self.assertEqual(order.equipment_id, self.pump)
        self.assertEqual(order.property_id, self.building)
        self.assertEqual(order.fault_category_id, self.category)
        self.assertIn("Low", order.name)

    def test_ten_times_is_once(self):
        numbers = {self.send().json()["order"] for _time in range(10)}
        self.assertEqual(len(numbers), 1)
        self.assertEqual(len(self.alarms()), 1)

    def test_another_event_of_the_same_joins_the_open_order(self):
        self.send(id="1", code="P1")
        self.send(id="2", code="P1")
        self.send(id="3", code="P2")
        orders = self.alarms().request_id
        self.assertEqual(len(self.alarms()), 3)
        self.assertEqual(len(orders), 2)

    def test_after_the_work_it_is_another_order(self):
        self.send(id="1", code="P1")
        order = self.alarms().request_id
        self.done_by(self.technician, order)
        self.send(id="2", code="P1")
        self.assertEqual(len(self.alarms().request_id), 2)

    def test_signature(self):
        body = json.dumps({"id": "7", "device": "PUMP-1"})
        made = hmac.new(
            self.source.secret.encode(), body.encode(), hashlib.sha256
        ).hexdigest()
        url = f"/pm/alarm/{self.source.token}"
        for signature, status in ((made, 200), ("0" * 64, 401), ("é", 401)):
            answer = self.url_open(
                url, data=body, headers={"X-Signature": signature.encode()}
            )
            self.assertEqual(answer.status_code, status)

    def test_who_is_not_the_source(self):
        for headers, token in (
            ({}, None),
            ({"Authorization": "Bearer wrong"}, None),
            ({"Authorization": f"Bearer {self.source.secret}"}, "unknown"),
        ):
            self.assertEqual(self.send(headers, token).status_code, 401)
        self.assertFalse(self.alarms())
        old = self.source.secret
        self.source.action_new_secret()
        answer = self.send({"Authorization": f"Bearer {old}"})
        self.assertEqual(answer.status_code, 401)

    def test_bad_messages(self):
        headers = {"Authorization": f"Bearer {self.source.secret}"}
        url = f"/pm/alarm/{self.source.token}"
        for body in (b"", b"[]", b"\xff", b'{"id": "1"}', b'{"id": {}, "device": "x"}'):
            answer = self.url_open(url, data=body or b" ", headers=headers)
            self.assertEqual(answer.status_code, 400, body)
            self.assertIn("error", answer.json())
        for event in ({"id": "x" * 101}, {"device": "a\x00"}, {"text": "\ud800"}):
            self.assertEqual(self.send(**event).status_code, 400)
        self.assertEqual(
            self.url_open(url, data=b"x" * 70_000, headers=headers).status_code, 413
        )
        self.assertFalse(self.alarms())

    def test_unknown_machine_waits_for_a_person(self):
        self.send(device="P-77")
        self.send(device="P-77", id="2")
        alarm = self.alarms()[-1:]
        self.assertEqual(alarm.state, "unknown")
        self.assertFalse(alarm.request_id)
        told = self.source.activity_ids.filtered(
            lambda activity: activity.user_id == self.dispatcher
        )
        self.assertEqual(len(told), 1)
        mine = alarm.with_user(self.dispatcher)
        with self.assertRefused(UserError, "Name the machine"):
            mine.action_make_order()
        mine.equipment_id = self.pump
        mine.action_make_order()
        self.assertEqual(alarm.request_id.equipment_id, self.pump)
        self.assertEqual(self.pump.alarm_code, "P-77")
        with self.assertRefused(UserError, "dealt with"):
            mine.action_dismiss()
        # and known from now on
        self.send(device="P-77", id="3", code="other")
        self.assertEqual(self.alarms()[:1].state, "order")
        with self.assertRefused(AccessError, "not allowed|rights"):
            alarm.with_user(self.technician).action_dismiss()

    def test_recovered(self):
        self.send(id="1", code="P1")
        order = self.alarms().request_id
        self.send(id="1", code="P1", state="recovered")
        self.send(id="1", code="P1", state="recovered")
        self.assertEqual(self.alarms().state, "recovered")
        self.assertEqual(order.state, "reported")
        over = order.message_ids.filtered(lambda one: "is over" in one.body)
        self.assertEqual(len(over), 1)
        answer = self.send(id="9", device="NOBODY", state="recovered")
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(len(self.alarms()), 1)

    def test_limit(self):
        self.source.hourly_limit = 3
        codes = [self.send(id=str(number)).status_code for number in range(5)]
        self.assertEqual(codes, [200, 200, 200, 429, 429])
        # what is known already is answered all the same
        self.assertEqual(self.send(id="0").status_code, 200)

    def test_machine_of_another_estate(self):
        other = self.make_estate("Other Estate")
        self.env["maintenance.equipment"].create(
            {"name": "Pump", "pm_code": "PUMP-9", "property_id": other.id}
        )
        self.send(device="PUMP-9")
        self.assertEqual(self.alarms().state, "unknown")

    def test_the_secret_is_for_administrators(self):
        with self.assertRefused(AccessError, "not allowed|rights"):
            self.source.with_user(self.dispatcher).read(["secret"])
