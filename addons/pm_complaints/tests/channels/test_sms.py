"""What residents write by SMS, and texts that meet no gateway."""

import hashlib
import hmac
import json
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.pm_core.tests.common import CRON_LOGGER, PropertyCase
from odoo.addons.pm_core.tests.notices.loopback import LoopbackServer

from ..complaints.complaint_common import ComplaintFactory

LOGGER = "odoo.addons.pm_complaints.controllers.channels.sms"
NUMBER, STRANGER = "13800138001", "13900139002"


class SmsCase(ComplaintFactory, PropertyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people()
        cls.down = False
        cls.server = LoopbackServer(lambda request: cls.answer())
        cls.addClassCleanup(cls.server.close)
        company = cls.estate.company_id
        company.country_id = cls.env.ref("base.cn")
        cls.gateway = cls.env["pm.sms.gateway"].create(
            {
                "name": "Gateway",
                "company_id": company.id,
                "url": f"{cls.server.url}/send",
                "success_path": "code",
                "success_value": "0",
            }
        )
        cls.owner.phone = NUMBER
        cls.messages = cls.env["pm.sms.message"]

    @classmethod
    def answer(cls):
        return 200, {"code": 0}

    def setUp(self):
        super().setUp()
        self.server.requests.clear()

    def receive(self, text, number=NUMBER, key=None):
        key = key or f"k{self.messages.search_count([])}"
        self.messages._keep(self.gateway, key, number, text)
        return self.messages.search([], limit=1)

    def take_up(self):
        crons = self.env.registry["ir.cron"]
        with patch.object(crons, "_commit_progress", return_value=1000):
            self.messages._cron_take_up()


@tagged("post_install", "-at_install")
class TestSmsIn(SmsCase):
    def test_a_customer_s_words_are_one_matter(self):
        first, second = self.receive("Water drips"), self.receive("It runs")
        self.take_up()
        matter = first.complaint_id
        self.assertEqual((first | second).mapped("state"), ["done", "done"])
        self.assertEqual(matter, second.complaint_id)
        self.assertEqual(matter.partner_id, self.owner)
        self.assertEqual(matter.channel_id.code, "sms")
        self.assertIn("It runs", matter.step_ids.mapped("note"))
        # told once, by the way it came
        self.assertEqual(matter.message_to_ids.mapped("channel"), ["sms"])

    def test_sent_again(self):
        for _time in range(3):
            self.receive("Water drips", key="7")
        self.assertEqual(self.messages.search_count([]), 1)

    def test_a_stranger(self):
        message = self.receive("The lift stands still", STRANGER)
        self.take_up()
        self.assertEqual(message.state, "held")
        with self.assertRaisesRegex(UserError, "Name the customer"):
            message.with_user(self.clerk).action_take_up()
        message.with_user(self.clerk).partner_id = self.owner
        message.with_user(self.clerk).action_take_up()
        self.assertEqual(message.complaint_id.partner_id, self.owner)
        self.gateway.in_estate_id = self.estate
        message = self.receive("Hello?", STRANGER)
        message.complaint_id = False
        self.take_up()
        self.assertTrue(message.complaint_id)

    def test_a_stranger_about_the_staff(self):
        """Held or failed, it is not theirs to see whom it names."""
        self.clerk.name = "赵铁柱"
        message = self.receive("赵铁柱骂人", STRANGER)
        self.take_up()
        self.assertEqual(message.state, "held")
        self.assertEqual(message.concerned_user_ids, self.clerk)
        seen = self.messages.with_user(self.clerk)
        self.assertNotIn(message, seen.search([]))
        with self.assertRaises(AccessError):
            seen.browse(message.id).action_dismiss()
        self.assertIn(message, self.messages.with_user(self.colleague).search([]))
        message.with_user(self.colleague).partner_id = self.owner
        message.with_user(self.colleague).action_take_up()
        complaint = message.complaint_id
        self.assertEqual(complaint.kind, "enquiry")
        self.assertEqual(complaint.concerned_user_ids, self.clerk)
        complaint.write({"concerned_user_ids": False, "is_confidential": True})
        message._as_step().concerned_user_ids = False
        complaint.user_id = self.manager
        self.env.invalidate_all()
        self.assertNotIn(message, seen.search([]))
        self.assertIn(message, self.messages.with_user(self.manager).search([]))

    def test_a_stranger_s_enquiry(self):
        self.gateway.in_estate_id = self.estate
        message = self.receive("When is the pool open?", STRANGER)
        self.take_up()
        matter = message.complaint_id
        self.assertEqual(matter.property_id, self.estate)
        self.assertFalse(matter.partner_id)
        self.assertIn("13900139002", matter.reporter_phone)

    def test_two_with_one_number(self):
        other = self.make_partner("Ms Two", phone=NUMBER)
        self.make_occupancy(self.unit, other, role="tenant")
        message = self.receive("Water drips")
        self.take_up()
        self.assertEqual(message.state, "held")

    def test_machines(self):
        """No answer to what comes from no person, or in a flood."""
        message = self.receive("Your balance is low", "10086")
        self.take_up()
        self.assertEqual(message.state, "held")
        self.assertIn("no number of a person", message.problem)
        for number in range(12):
            self.receive(f"Out of office {number}")
        self.take_up()
        held = self.messages.search([("state", "=", "held"), ("number", "=", NUMBER)])
        self.assertTrue(held)
        self.assertFalse(held.complaint_id)
        held[0].partner_id = self.owner
        held[0].with_user(self.clerk).action_take_up()
        self.assertEqual(held[0].state, "done")

    def test_a_message_that_fails_waits(self):
        message = self.receive("Water drips")
        complaints = self.env.registry["pm.complaint"]
        now = fields.Datetime.now()
        with (
            patch.object(complaints, "_report", side_effect=ValueError("no")),
            mute_logger(CRON_LOGGER),
        ):
            for _time in range(8):
                with freeze_time(now):
                    self.take_up()
                now += timedelta(hours=2)
        self.assertEqual((message.state, message.tries), ("failed", 6))
        message.with_user(self.clerk).action_take_up()
        self.assertEqual(message.state, "done")


@tagged("post_install", "-at_install")
class TestSmsOut(SmsCase):
    @classmethod
    def answer(cls):
        return (503, "down") if cls.down else (200, {"code": 0})

    def queue(self):
        crons = self.env.registry["ir.cron"]
        with patch.object(crons, "_commit_progress", return_value=1000):
            self.env["sms.sms"]._process_queue()

    def test_down_then_up(self):
        """Nobody is there: the text waits, and leaves when the gateway is back."""
        text = self.env["sms.sms"].create(
            {
                "number": NUMBER,
                "body": "Hello",
                "pm_company_id": self.estate.company_id.id,
            }
        )
        port = self.gateway.url
        # a port where nobody listens
        self.gateway.url = "http://127.0.0.1:1/send"
        now = fields.Datetime.now()
        for tries in range(1, 4):
            with freeze_time(now):
                self.queue()
                self.assertEqual((text.state, text.pm_tries), ("outgoing", tries))
                # not before its time
                self.queue()
                self.assertEqual(text.pm_tries, tries)
            now += timedelta(hours=1)
        self.gateway.url = port
        with freeze_time(now):
            self.queue()
        self.assertNotIn(text.state, ("outgoing", "error"))
        self.assertEqual(len(self.server.requests), 1)

    def test_what_is_of_no_use_later(self):
        self.gateway.url = "http://127.0.0.1:1/send"
        text = self.env["sms.sms"].create(
            {
                "number": NUMBER,
                "body": "Alarm",
                "pm_company_id": self.estate.company_id.id,
                "pm_good_until": fields.Datetime.now(),
            }
        )
        self.queue()
        self.assertEqual(text.state, "error")

    def test_down_for_days(self):
        self.gateway.url = "http://127.0.0.1:1/send"
        text = self.env["sms.sms"].create(
            {
                "number": NUMBER,
                "body": "Hello",
                "pm_company_id": self.estate.company_id.id,
            }
        )
        now = fields.Datetime.now()
        for _time in range(8):
            with freeze_time(now):
                self.queue()
            now += timedelta(days=1)
        self.assertEqual(text.state, "error")


@tagged("post_install", "-at_install")
class TestSmsAddress(SmsCase, HttpCase):
    def ask(self, data=None, headers=None, token=None, **options):
        self.env.flush_all()
        with mute_logger(LOGGER):
            answer = self.url_open(
                f"/pm/sms/{token or self.gateway.in_token}",
                data=data,
                headers=headers,
                method="POST",
                **options,
            )
        self.env.invalidate_all()
        return answer

    def kept(self):
        return self.messages.search([], order="id").mapped(
            lambda one: (one.key, one.number, one.text)
        )

    def test_secret(self):
        told = {"id": 1, "mobile": "8613800138001", "content": "水漏了"}
        bearer = {"Authorization": f"Bearer {self.gateway.in_secret}"}
        answer = self.ask(json=told, headers=bearer)
        self.assertEqual((answer.status_code, answer.text), (200, "ok"))
        self.assertEqual(self.ask(json=told, headers=bearer).status_code, 200)
        self.assertEqual(self.kept(), [("1", "8613800138001", "水漏了")])
        self.gateway.in_secret_path = "pw"
        form = {"id": "2", "mobile": NUMBER, "content": "Hello & more"}
        self.assertEqual(self.ask(form).status_code, 403)
        form["pw"] = self.gateway.in_secret
        self.assertEqual(self.ask(form).status_code, 200)
        self.assertEqual(self.kept()[1:], [("2", NUMBER, "Hello & more")])

    def test_signature(self):
        self.gateway.write({"in_auth": "signature", "in_list_path": "data"})
        row = {"mobile": NUMBER, "content": "t"}
        body = json.dumps({"data": [row | {"id": "a"}, row | {"id": "b"}]})
        made = hmac.new(
            self.gateway.in_secret.encode(), body.encode(), hashlib.sha256
        ).hexdigest()
        self.assertEqual(
            self.ask(body, {"X-Signature": f"sha256={made}"}).status_code, 200
        )
        self.assertEqual([row[0] for row in self.kept()], ["a", "b"])
        self.assertEqual(self.ask(body + " ", {"X-Signature": made}).status_code, 403)

    def test_signature_of_a_form(self):
        self.gateway.in_auth = "signature"
        body = f"id=f1&mobile={NUMBER}&content=a%20b"
        kind = {"Content-Type": "application/x-www-form-urlencoded"}

        def ask(text, signed, query=""):
            made = hmac.new(
                self.gateway.in_secret.encode(), signed.encode(), hashlib.sha256
            ).hexdigest()
            return self.url_open(
                f"/pm/sms/{self.gateway.in_token}{query}",
                data=text,
                headers=kind | {"X-Signature": made},
                method="POST",
            ).status_code

        with mute_logger(LOGGER):
            self.assertEqual(ask("", "", f"?{body}"), 403)
            self.assertEqual(ask(body, "other"), 403)
            # what the address says is not signed
            self.assertEqual(ask("id=f2", "id=f2", f"?mobile={NUMBER}&content=x"), 400)
        self.assertEqual(ask(body, body), 200)
        self.assertEqual(self.kept(), [("f1", NUMBER, "a b")])

    def test_each_gateway_has_its_own_address(self):
        """Also those that were there before the column was."""
        company = self.env["res.company"].create({"name": "Other"})
        other = self.gateway.copy({"name": "Other", "company_id": company.id})
        both = self.gateway + other
        self.env.flush_all()
        for name in ("in_token", "in_secret"):
            self.env.cr.execute(
                SQL(
                    "UPDATE pm_sms_gateway SET %s = NULL WHERE id IN %s",
                    SQL.identifier(name),
                    both._ids,
                )
            )
            self.env["pm.sms.gateway"]._init_column(name)
            self.env.invalidate_all()
            self.assertTrue(all(both.mapped(name)))
            self.assertEqual(len(set(both.mapped(name))), 2)

    def test_refused(self):
        secret = {"X-Secret": self.gateway.in_secret}
        good = {"id": "1", "mobile": NUMBER, "content": "t"}
        cases = {
            "another address": (403, {"data": good, "token": "x" * 20}),
            "no secret": (403, {"data": good}),
            "wrong secret": (403, {"data": good, "headers": {"X-Secret": "😀"[:0]}}),
            "no number": (400, {"data": good | {"mobile": ""}, "headers": secret}),
            "no id": (400, {"data": good | {"id": ""}, "headers": secret}),
            "no text": (400, {"data": good | {"content": ""}, "headers": secret}),
            "nothing": (400, {"headers": secret}),
            "bytes": (400, {"data": b"\xff\xfe", "headers": secret}),
            "nested": (400, {"data": b"[" * 50_000, "headers": secret}),
            "surrogate": (
                400,
                {
                    "data": b'{"id": "1", "mobile": "1", "content": "\\ud800"}',
                    "headers": secret,
                },
            ),
            "long": (413, {"data": b"a" * 100_000, "headers": secret}),
        }
        for name, (status, options) in cases.items():
            with self.subTest(name):
                self.assertEqual(self.ask(**options).status_code, status)
        self.assertFalse(self.kept())
        self.gateway.active = False
        answer = self.ask(good, secret)
        self.assertEqual(answer.status_code, 403)
