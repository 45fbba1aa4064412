"""SMS by a gateway that administrators describe, against one on this machine."""

import json

import requests
from psycopg2.errors import UniqueViolation

from odoo.exceptions import UserError, ValidationError
from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from ...tools import sms_gateway
from .loopback import LoopbackServer
from .notice_common import NoticeCase

SECRET = 'pass&word"1'


class FakeGateway(LoopbackServer):
    def __init__(self):
        super().__init__(self._answer)
        self.reset()

    def reset(self):
        self.requests.clear()
        self.status = 200
        self.refuse = ()

    def _answer(self, request):
        if self.status != 200:
            return self.status, "down"
        body = request.body + json.dumps(request.query)
        if any(number in body for number in self.refuse):
            return 200, {"code": 103, "errorMsg": f"no balance for {SECRET}"}
        return 200, {"code": 0, "errorMsg": ""}


@tagged("post_install", "-at_install")
class TestSmsGateway(NoticeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = FakeGateway()
        cls.addClassCleanup(cls.server.close)
        cls.gateway = cls.env["pm.sms.gateway"].create(
            {
                "name": "Our Provider",
                "url": f"{cls.server.url}/send",
                "account": "app",
                "secret": SECRET,
                "success_path": "code",
                "success_value": "0",
                "message_path": "errorMsg",
            }
        )

    def setUp(self):
        super().setUp()
        self.server.reset()

    def send_texts(self):
        self.send()
        with self.enter_registry_test_mode():
            self.env.ref("sms.ir_cron_sms_scheduler_action").method_direct_trigger()
        self.send()

    def test_a_notice_as_json(self):
        notice = self.publish(by_sms=True)
        self.send_texts()
        self.assertEqual(notice.sent_count, 2)
        asked = {request.json["phone"]: request for request in self.server.requests}
        self.assertEqual(set(asked), {"13800000000", "13900000000"})
        request = asked["13800000000"]
        self.assertEqual(request.method, "POST")
        self.assertIn("application/json", request.headers["Content-Type"])
        self.assertEqual(request.json["account"], "app")
        self.assertEqual(request.json["password"], SECRET)
        self.assertTrue(request.json["msg"].startswith("【Test Garden】Water cut http"))
        self.send_texts()
        self.assertEqual(len(self.server.requests), 2)

    def test_as_a_form_and_in_the_address(self):
        self.gateway.write(
            {
                "body_format": "form",
                "body": "u={account}&p={secret}&m={phone}&c={text}",
                "number_format": "e164",
                "headers": "X-Key: {account}",
            }
        )
        self.gateway._send(requests.Session(), "13800000000", "一 & 二=三")
        form = self.server.requests[-1].form
        self.assertEqual(
            form, {"u": "app", "p": SECRET, "m": "+8613800000000", "c": "一 & 二=三"}
        )
        self.assertEqual(self.server.requests[-1].headers["X-Key"], "app")
        self.gateway.write(
            {"method": "GET", "url": f"{self.server.url}/s?m={{phone}}&c={{text}}"}
        )
        self.gateway._send(requests.Session(), "+8613800000000", "a&b")
        self.assertEqual(
            self.server.requests[-1].query, {"m": "+8613800000000", "c": "a&b"}
        )

    def test_refused_ones_are_listed_without_the_secret(self):
        self.server.refuse = ("13900000000",)
        notice = self.publish(by_sms=True)
        with self.assertLogs(level="DEBUG") as logs:
            self.send_texts()
        failed = self.deliveries(notice, "sms").filtered(lambda d: d.state == "failed")
        far = failed.filtered(lambda d: d.recipient_id.partner_id == self.far)
        self.assertEqual(far.error, "Refused by the SMS Gateway no balance for ***")
        self.assertEqual(notice.sent_count, 1)
        mine = "\n".join(line for line in logs.output if "urllib3" not in line)
        self.assertNotIn(SECRET, mine)
        # topped up: the failed one goes out, the other not again
        self.server.refuse = ()
        notice.with_user(self.clerk).action_resend_failed()
        self.send_texts()
        self.assertEqual(far.state, "sent")
        self.assertEqual(len(self.server.requests), 3)

    def test_a_gateway_that_is_down(self):
        self.server.status = 500
        notice = self.publish(by_sms=True)
        self.send_texts()
        one = self.deliveries(notice, "sms").filtered(
            lambda d: d.recipient_id.partner_id == self.far
        )
        self.assertEqual(one.error, "Refused by the SMS Gateway HTTP 500")
        # nothing listens there
        self.gateway.url = "http://127.0.0.1:9/send"
        notice.with_user(self.clerk).action_resend_failed()
        self.send_texts()
        # it waits for the gateway, and counts as failed after a day
        self.assertEqual((one.state, one.sms_id.state), ("queued", "outgoing"))
        one.sms_id._as_step().write({"pm_tries": 6, "pm_due_at": False})
        self.send_texts()
        self.assertEqual(one.error, "Server Error ConnectionError")

    def test_each_company_by_its_own(self):
        other = self.env["res.company"].create({"name": "Second Company"})
        Sms = self.env["sms.sms"]
        own, foreign = Sms.create(
            [
                {"number": "1", "body": "a", "pm_company_id": self.env.company.id},
                {"number": "2", "body": "b", "pm_company_id": other.id},
            ]
        )
        by_company = dict(
            (company, texts) for company, texts in (own | foreign)._pm_by_gateway()
        )
        self.assertEqual(by_company[self.env.company], own)
        self.assertEqual(by_company[self.env["res.company"]], foreign)

    def test_the_composer_takes_it_too(self):
        composer = self.env["sms.composer"].create(
            {
                "composition_mode": "comment",
                "res_model": "res.partner",
                "res_id": self.owner.id,
                "body": "Please call us",
            }
        )
        composer.action_send_sms()
        self.assertEqual(self.server.requests[-1].json["msg"], "Please call us")

    def test_the_test(self):
        with self.assertRefused(UserError, "Enter the number"):
            self.gateway.action_test()
        self.gateway.test_number = "13800000000"
        self.assertEqual(self.gateway.action_test()["params"]["type"], "success")
        self.server.refuse = ("13800000000",)
        with self.assertRefused(UserError, "no balance"):
            self.gateway.action_test()

    def test_settings_that_cannot_work(self):
        for vals, message in (
            ({"url": "ftp://x"}, "begins with https"),
            ({"body": '{"to": "{phone}", "c": "{content}"}'}, "means nothing here"),
            ({"body": '{"to": "{phone}"}'}, "{text} is missing"),
            ({"body": '{"to": {phone}, "c": {text}}'}, "is not JSON"),
        ):
            with self.subTest(message), self.assertRefused(ValidationError, message):
                self.gateway.write(vals)
        with (
            self.assertRefused(UniqueViolation, "one_per_company"),
            mute_logger("odoo.sql_db"),
        ):
            self.gateway.copy()


class TestSmsGatewayAnswers(BaseCase):
    def test_placeholders_cannot_break_out(self):
        text = '"}, {"phone": "1", \\'
        body = sms_gateway.fill('{"c": "{text}"}', {"text": text}, "json")
        self.assertEqual(json.loads(body), {"c": text})
        # a text that looks like a placeholder stays a text
        self.assertEqual(
            sms_gateway.fill("{text}", {"text": "{secret}", "secret": "s"}, "plain"),
            "{secret}",
        )

    def test_where_the_answer_says_so(self):
        answer = {"data": [{"status": True, "n": 0}]}
        self.assertEqual(sms_gateway.look_up(answer, "data.0.n"), 0)
        self.assertIsNone(sms_gateway.look_up(answer, "data.1.n"))
        self.assertIsNone(sms_gateway.look_up("text", "code"))
        self.assertEqual(sms_gateway.as_text(True), "true")
