"""The page that says how each channel is doing, and what happens when one is down."""

from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.pm_core.tests.common import PropertyCase

from .test_events import LISTENER
from .wechat_common import OWNER, SAID, WechatMessages


@tagged("post_install", "-at_install")
class TestHealth(WechatMessages, PropertyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_messages()
        cls.admin = cls.make_user("pm_admin_h", "pm_core.group_pm_admin", cls.estate)
        cls.company = cls.estate.company_id
        cls.env["pm.channel.health"]._ensure()

    def health(self, kind):
        health = self.env["pm.channel.health"].search(
            [("company_id", "=", self.company.id), ("kind", "=", kind)]
        )
        self.env.invalidate_all()
        return health

    def watch(self):
        self.env.invalidate_all()
        crons = self.env.registry["ir.cron"]
        with patch.object(crons, "_commit_progress", return_value=1000):
            self.env["pm.channel.health"]._cron_watch()

    def test_each_company_has_each_once(self):
        company = self.env["res.company"].create({"name": "New Company"})
        self.env["pm.channel.health"]._ensure()
        self.env["pm.channel.health"]._ensure()
        found = self.env["pm.channel.health"].search([("company_id", "=", company.id)])
        self.assertEqual(len(found), 6)
        self.assertEqual(
            {one.kind: one.state for one in found if one.kind != "mail"},
            dict.fromkeys(("wechat", "sms", "api", "webhook", "wecom"), "off"),
        )

    def test_wechat_down_then_up(self):
        """What is to be said waits, and is said once WeChat is there again."""
        message = self.receive(Content="Water drips")
        self.take_up()
        said = message.complaint_id.message_to_ids
        self.server.refuse[SAID] = -1
        now = fields.Datetime.now()
        for tries in range(1, 4):
            with freeze_time(now):
                said._send_together()
            self.assertEqual((said.state, said.tries), ("outgoing", tries))
            now += timedelta(hours=1)
        health = self.health("wechat")
        self.assertEqual(health.waiting, 1)
        self.assertEqual(health.last_in, message.create_date)
        self.server.refuse.clear()
        health.with_user(self.admin).action_try_again()
        self.assertLessEqual(said.due_at, fields.Datetime.now())
        self.assertEqual(said.tries, 0)
        said._send_together()
        self.assertEqual(said.state, "sent")
        # three times in vain, and once
        self.assertEqual(len(self.server.said_to(OWNER)), 4)
        self.assertEqual(self.health("wechat").last_out, said.sent_at)

    def test_wechat_down_for_days(self):
        message = self.receive(Content="Water drips")
        self.take_up()
        said = message.complaint_id.message_to_ids
        self.server.refuse[SAID] = -1
        for _time in range(8):
            said._send_together()
        self.assertEqual(said.state, "failed")
        health = self.health("wechat")
        health.failed_limit = 1
        self.assertEqual(health.state, "fails")
        self.server.refuse.clear()
        health.action_try_again()
        said._send_together()
        self.assertEqual(said.state, "sent")

    def test_told_once(self):
        health = self.health("wechat")
        health.write({"failed_limit": 1, "user_id": self.admin.id})
        message = self.receive(kind="image", MediaId="M1")
        message._as_step().state = "failed"
        self.watch()
        self.watch()
        (activity,) = health.activity_ids
        self.assertEqual(activity.user_id, self.admin)
        message._as_step().state = "done"
        self.watch()
        self.assertFalse(health.activity_ids)
        self.assertFalse(health.told_state)

    def test_silent(self):
        message = self.receive(Content="Water drips")
        health = self.health("wechat")
        health.silent_days = 3
        self.assertEqual(health.state, "works")
        with freeze_time(message.create_date + timedelta(minutes=30)):
            self.assertEqual(self.health("wechat").state, "works")
        message._as_step().state = "done"
        with freeze_time(message.create_date + timedelta(days=4)):
            health = self.health("wechat")
            self.assertEqual(health.state, "silent")
            self.assertIn("3", health.state_text)

    def test_what_waits_for_the_morning(self):
        """It is in order, and *Try Again* sends it no earlier."""
        self.receive(Content="Water drips")
        self.take_up()
        said = self.messages.search([], limit=1).complaint_id.message_to_ids
        now = fields.Datetime.now()
        morning = now + timedelta(hours=9)
        said._as_step().write({"state": "outgoing", "tries": 0, "due_at": morning})
        self.env.flush_all()
        with freeze_time(now + timedelta(hours=8)):
            health = self.health("wechat")
            self.assertEqual(health.state, "works")
            health.action_try_again()
        self.assertEqual(said.due_at, morning)
        with freeze_time(morning + timedelta(hours=2)):
            self.assertEqual(self.health("wechat").state, "fails")

    def test_late(self):
        message = self.receive(Content="Water drips")
        with freeze_time(message.create_date + timedelta(hours=2)):
            self.assertEqual(self.health("wechat").state, "fails")

    def test_webhooks(self):
        webhook = self.env["pm.webhook"].create(
            {
                "name": "App",
                "company_id": self.company.id,
                "url": f"{self.server.url}/hook",
                "allow_inside": True,
                "pause_after": 1,
                "event_ids": [
                    Command.set(
                        self.env["pm.event.kind"]
                        .search([("code", "=", "complaint.report")])
                        .ids
                    )
                ],
            }
        )
        self.assertEqual(self.health("webhook").state, "works")
        self.make_complaint(self.clerk)
        webhook.url = "http://127.0.0.1:1/hook"
        with mute_logger(LISTENER):
            webhook._job_send()
        health = self.health("webhook")
        self.assertEqual((health.state, health.waiting), ("fails", 1))
        webhook.url = f"{self.server.url}/hook"
        health.with_user(self.admin).action_try_again()
        webhook._job_send()
        health = self.health("webhook")
        self.assertEqual((health.state, health.waiting), ("works", 0))
        self.assertEqual(health.last_out, webhook.last_sent_at)

    def test_every_kind_can_be_tried_and_opened(self):
        for kind, _name in self.env["pm.channel.health"]._fields["kind"].selection:
            with self.subTest(kind):
                health = self.health(kind).with_user(self.admin)
                health.action_try_again()
                self.assertTrue(health.action_messages()["res_model"])
                self.assertTrue(health.state_text)
        with self.assertRaises(AccessError):
            self.health("sms").with_user(self.manager).action_try_again()
