"""What other systems and groups of staff are told: webhooks and WeCom robots."""

import json
from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.pm_core.tests.common import PropertyCase
from odoo.addons.pm_core.tests.notices.loopback import LoopbackServer
from odoo.addons.pm_core.tools import outgoing, wecom

from ...models.channels.pm_event_listener import WAITS
from ...models.channels.pm_webhook import signature
from ..complaints.complaint_common import ComplaintFactory

LISTENER = "odoo.addons.pm_complaints.models.channels.pm_event_listener"


class FakeSystem(LoopbackServer):
    """Takes what it is told; ``status`` and ``data``: what it answers."""

    def __init__(self):
        super().__init__(lambda request: (self.status, self.data))
        self.work()

    def work(self):
        self.requests.clear()
        self.status, self.data = 200, {"errcode": 0, "errmsg": "ok"}


class EventCase(ComplaintFactory, PropertyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people()
        cls.server = FakeSystem()
        cls.addClassCleanup(cls.server.close)
        cls.admin = cls.make_user("pm_admin_e", "pm_core.group_pm_admin", cls.estate)
        cls.order = cls.env["maintenance.request"]._report(
            cls.unit, "Mr Li says: water drips", partner=cls.owner
        )

    def setUp(self):
        super().setUp()
        self.server.work()

    def kinds(self, *codes):
        return self.env["pm.event.kind"].search([("code", "in", codes)])

    def listen(self, model, codes, **vals):
        return self.env[model].create(
            {
                "name": "Listener",
                "company_id": self.estate.company_id.id,
                "event_ids": [Command.set(self.kinds(*codes).ids)],
                "user_id": self.admin.id,
                **vals,
            }
        )

    def webhook(self, *codes, **vals):
        vals = {"url": f"{self.server.url}/hook", "allow_inside": True, **vals}
        return self.listen("pm.webhook", codes, **vals)

    def robot(self, *codes, **vals):
        address = f"{wecom.ADDRESS}?key=0123abcd-0123-abcd"
        robot = self.listen("pm.wecom.robot", codes, address=address, **vals)
        self.patch(wecom, "ADDRESS", f"{self.server.url}/send")
        self.patch(wecom, "read_key", lambda text: "0123abcd-0123-abcd")
        return robot

    def send(self, listener, times=1):
        """What jobs do, one after the other."""
        with mute_logger(LISTENER):
            for _time in range(times):
                listener._job_send()

    def jobs(self, listener):
        key = f"{listener._name}-{listener.id}"
        return self.env["queue.job"].search([("identity_key", "=like", f"{key}%")])


@tagged("post_install", "-at_install")
class TestWebhook(EventCase):
    def test_a_step_is_told_signed(self):
        webhook = self.webhook("complaint.accept")
        complaint = self.make_complaint(self.clerk)
        complaint.with_user(self.clerk).action_accept()
        message = webhook.delivery_ids
        self.assertEqual(
            (message.state, message.number), ("outgoing", complaint.number)
        )
        self.assertEqual(len(self.jobs(webhook)), 1)
        self.assertFalse(self.server.requests, "nothing leaves before the commit")
        self.send(webhook)
        (request,) = self.server.requests
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.assertEqual(
            headers["x-pm-signature"],
            signature(webhook.secret, headers["x-pm-timestamp"], request.body.encode()),
        )
        self.assertEqual(headers["x-pm-event"], "complaint.accept")
        self.assertEqual(headers["x-pm-delivery"], message.key)
        self.assertEqual((message.state, message.answer_code), ("sent", 200))
        told = request.json
        self.assertEqual(
            {told["number"], told["state"], told["document"], told["id"]},
            {complaint.number, "accepted", "complaint", message.key},
        )

    def test_no_person_unless_it_is_wished(self):
        webhook = self.webhook("complaint.accept", "order.urge")
        self.make_complaint(self.clerk).with_user(self.clerk).action_accept()
        self.order._log_step("urge", "Mr Li is angry")
        for message in webhook.delivery_ids:
            self.assertNotIn("details", json.loads(message.body))
            for words in (self.owner.name, self.owner.phone or "138", "bell", "Li"):
                self.assertNotIn(words, message.body)
        webhook.with_details = True
        self.order._log_step("urge", "Mr Li is angry")
        details = json.loads(webhook.delivery_ids.sorted("id")[-1].body)["details"]
        self.assertEqual(details["why"], "Mr Li is angry")
        self.assertIn("water drips", details["about"])

    def test_only_what_was_chosen(self):
        elsewhere = self.make_estate("Other Garden")
        webhook = self.webhook(
            "complaint.accept", estate_ids=[Command.set(elsewhere.ids)]
        )
        other = self.webhook("complaint.close")
        complaint = self.make_complaint(self.clerk)
        complaint.with_user(self.clerk).action_accept()
        self.assertFalse(webhook.delivery_ids | other.delivery_ids)
        webhook.estate_ids = False
        complaint._raise_event("complaint.accept")
        self.assertEqual(len(webhook.delivery_ids), 1)
        webhook.active = False
        complaint._raise_event("complaint.accept")
        self.assertEqual(len(webhook.with_context(active_test=False).delivery_ids), 1)

    def test_what_is_about_staff_is_told_to_nobody(self):
        webhook = self.webhook("complaint.report", "complaint.accept", "alert.sla")
        complaint = self.make_complaint(
            self.clerk, concerned_user_ids=[Command.set(self.worker.ids)]
        )
        complaint.with_user(self.clerk).action_accept()
        complaint.sla_clock_ids._raise_event("alert.sla")
        self.assertFalse(webhook.delivery_ids)

    def test_what_turns_out_to_be_about_staff_is_not_sent(self):
        webhook = self.webhook("complaint.accept", "complaint.report", "alert.sla")
        for values in (
            {"concerned_user_ids": [Command.set(self.worker.ids)]},
            {"concerned_name": "A guard"},
            {"is_confidential": True},
        ):
            complaint = self.make_complaint()
            other = self.make_complaint()
            (complaint | other)._accept()
            complaint.sla_clock_ids._raise_event("alert.sla")
            rows = webhook.delivery_ids.filtered(
                lambda row, number=complaint.number: row.number.startswith(number)
            )
            self.assertGreaterEqual(len(rows), 3)
            complaint.write(values)
            self.assertEqual(set(rows.mapped("state")), {"dropped"})
            complaint._raise_event("complaint.accept")
            left = webhook.delivery_ids.filtered(lambda row: row.state == "outgoing")
            self.assertEqual(set(left.mapped("number")), {other.number})
            left._as_step().state = "sent"

    def test_archived_listeners_hear_nothing(self):
        """Whatever the context of the step that is looked up first."""
        webhook = self.webhook("complaint.accept", active=False)
        self.env.registry.clear_cache()
        kinds = self.env["pm.event.kind"].with_context(active_test=False)
        found = dict(kinds._listeners("complaint.accept"))
        self.assertNotIn(webhook.id, found.get("pm.webhook", ()))

    def test_a_promise_that_is_over(self):
        webhook = self.webhook("alert.sla")
        complaint = self.make_complaint(self.clerk)
        complaint.with_user(self.clerk).action_accept()
        clocks = complaint.with_env(self.env).sla_clock_ids._open()
        self.assertTrue(clocks)
        with freeze_time(max(clocks.mapped("deadline")) + timedelta(days=30)):
            clocks._evaluate()
            clocks._escalate(fields.Datetime.now())
        told = [json.loads(message.body) for message in webhook.delivery_ids]
        self.assertTrue(told)
        self.assertTrue(all(complaint.number in one["number"] for one in told))

    def test_nobody_listens_costs_nothing(self):
        complaint = self.make_complaint(self.clerk)
        complaint._raise_event("complaint.accept")
        with self.assertQueryCount(0):
            complaint._raise_event("complaint.accept")

    def test_down_then_up(self):
        """In their order, none lost, and who is responsible is told once."""
        webhook = self.webhook("order.urge", pause_after=3)
        for number in range(3):
            self.order._log_step("urge", str(number))
        self.server.status = 503
        now = fields.Datetime.now()
        for number in range(5):
            with freeze_time(now):
                self.send(webhook)
            if not webhook.is_paused:
                due = now + timedelta(minutes=WAITS[number])
                self.assertEqual(webhook.due_at, due)
            now += timedelta(hours=1)
        self.assertTrue(webhook.is_paused)
        self.assertEqual(len(self.server.requests), 3)
        self.assertEqual(len(webhook.activity_ids), 1)
        self.order._log_step("urge", "meanwhile")
        self.server.work()
        webhook.with_user(self.admin).action_resume()
        self.assertFalse(webhook.activity_ids)
        self.send(webhook, 5)
        self.assertEqual(set(webhook.delivery_ids.mapped("state")), {"sent"})
        told = [request.json["id"] for request in self.server.requests]
        self.assertEqual(told, webhook.delivery_ids.sorted("id").mapped("key"))

    def test_a_message_that_is_refused_stops_no_other(self):
        webhook = self.webhook("order.urge")
        self.order._log_step("urge")
        self.server.status = 422
        self.send(webhook, 3)
        message = webhook.delivery_ids
        self.assertEqual((message.state, message.tries), ("failed", 3))
        self.order._log_step("urge")
        self.server.work()
        self.send(webhook)
        self.assertEqual(message.state, "failed")
        self.assertEqual((webhook.delivery_ids - message).state, "sent")
        message.with_user(self.admin).action_try_again()
        self.send(webhook)
        self.assertEqual(message.state, "sent")
        with self.assertRaisesRegex(UserError, "did not fail"):
            message.with_user(self.admin).action_drop()

    def test_a_job_that_was_lost(self):
        webhook = self.webhook("order.urge")
        self.order._log_step("urge")
        self.jobs(webhook).unlink()
        self.env["pm.webhook"]._cron_watch()
        self.assertEqual(len(self.jobs(webhook)), 1)
        self.env["pm.webhook"]._cron_watch()
        self.assertEqual(len(self.jobs(webhook)), 1)

    def test_our_own_network(self):
        admin = self.admin
        for url in (
            "http://example.com/",
            "ftp://example.com/",
            "https://user:word@example.com/",
            "https://127.0.0.1/",
            "https://10.1.2.3/",
            "https://[::1]/",
            "https://169.254.169.254/latest/meta-data",
            "https://[64:ff9b::7f00:1]/",
            "no address",
        ):
            with self.subTest(url), self.assertRaises(ValidationError):
                self.webhook(url=url, allow_inside=False)
        webhook = self.webhook(url="https://hook.example.com/", allow_inside=False)
        with self.assertRaisesRegex(AccessError, "whole system"):
            webhook.with_user(admin).write({"allow_inside": True})
        with self.assertRaisesRegex(AccessError, "whole system"):
            self.env["pm.webhook"].with_user(admin).with_context(
                default_allow_inside=True
            ).create({"name": "x", "url": "https://10.0.0.1/"})
        inside = self.webhook("order.urge")
        with self.assertRaisesRegex(AccessError, "whole system"):
            inside.with_user(admin).url = "https://10.0.0.1/"
        self.order._log_step("urge")
        # a public name that stands for an address of ours, which is what counts
        found = [(2, 1, 6, "", ("10.0.0.1", 443))]
        with patch.object(outgoing.socket, "getaddrinfo", return_value=found):
            webhook.event_ids = self.kinds("order.urge")
            self.order._log_step("urge")
            self.send(webhook)
        self.assertIn("our own network", webhook.problem)
        self.assertEqual(webhook.delivery_ids.state, "outgoing")

    def test_redirects_are_not_followed(self):
        webhook = self.webhook("order.urge")
        self.order._log_step("urge")
        self.server.status = 302
        self.send(webhook)
        self.assertEqual(webhook.delivery_ids.state, "outgoing")
        self.assertEqual(len(self.server.requests), 1)

    def test_the_administrator_tries_it(self):
        webhook = self.webhook()
        webhook.with_user(self.admin).action_test()
        self.assertEqual(self.server.requests[0].json["event"], "test")
        before = webhook.secret
        webhook.with_user(self.admin).action_new_secret()
        self.assertNotEqual(webhook.secret, before)
        self.server.status = 500
        with self.assertRaisesRegex(UserError, "HTTP 500"):
            webhook.with_user(self.admin).action_test()
        with self.assertRaises(AccessError):
            webhook.with_user(self.manager).action_test()


@tagged("post_install", "-at_install")
class TestWecomRobot(EventCase):
    def said(self):
        return [request.json["text"]["content"] for request in self.server.requests]

    def test_the_dispatcher_s_group(self):
        robot = self.robot("alert.dispatch")
        self.order._tell_dispatcher("low", "Mr Li is angry")
        self.order._tell_dispatcher("low", "Mr Li is angry")
        self.send(robot, 2)
        (said,) = self.said()
        self.assertIn(self.order.number, said)
        self.assertIn("Order waits for the dispatcher", said)
        self.assertNotIn("angry", said)

    def test_an_emergency(self):
        robot = self.robot("emergency.start", "emergency.end", with_details=True)
        kind = self.env["pm.emergency.type"].search([], limit=1)
        emergency = self.env["pm.emergency"].new(
            {"name": "EM-7", "state": "running", "property_id": self.estate.id}
        )
        emergency.type_id = kind
        row = robot._told_of(emergency, self.kinds("emergency.start"), "k", "Smoke")
        self.assertIn("EM-7", row)
        self.assertIn("Smoke", row)

    def test_what_waits_is_one_message(self):
        robot = self.robot("order.urge")
        for _time in range(3):
            self.order._log_step("urge")
        self.send(robot)
        self.assertEqual(len(self.server.requests), 1)
        self.assertEqual(set(robot.delivery_ids.mapped("state")), {"sent"})

    def test_twenty_a_minute(self):
        robot = self.robot("order.urge")
        now = fields.Datetime.now()
        with freeze_time(now):
            for _time in range(21):
                self.order._log_step("urge")
                self.send(robot)
        self.assertEqual(len(self.server.requests), wecom.A_MINUTE)
        self.assertEqual(robot.delivery_ids.sorted("id")[-1].state, "outgoing")
        self.assertFalse(robot.failures)
        with freeze_time(now + timedelta(seconds=61)):
            self.send(robot)
        self.assertEqual(robot.delivery_ids.sorted("id")[-1].state, "sent")

    def test_the_platform_says_later(self):
        robot = self.robot("order.urge")
        self.order._log_step("urge")
        self.server.data = {"errcode": 45009, "errmsg": "0123abcd-0123-abcd too often"}
        self.send(robot)
        self.assertEqual(robot.delivery_ids.state, "outgoing")
        self.assertNotIn("0123abcd", robot.problem)

    def test_address(self):
        for address in (
            "https://evil.example.com/?key=0123abcd-0123",
            f"{wecom.ADDRESS}?key=x&debug=1",
            "http://127.0.0.1/",
        ):
            with self.subTest(address), self.assertRaises(ValidationError):
                self.listen("pm.wecom.robot", (), address=address)
        robot = self.listen(
            "pm.wecom.robot", (), address=f"{wecom.ADDRESS}?key=0123abcd-0123"
        )
        with self.assertRaises(AccessError):
            robot.with_user(self.manager).read(["name"])
        self.assertLessEqual(len(wecom.cut("水" * 2000).encode()), wecom.MAX_TEXT)
