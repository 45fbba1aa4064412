"""What residents write to the WeChat account, and what becomes of it."""

import io
from contextlib import suppress
from datetime import timedelta
from unittest.mock import patch

import psycopg2
from PIL import Image
from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.exceptions import AccessError, ConcurrencyError, UserError, ValidationError
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.pm_core.tests.common import PropertyCase
from odoo.addons.pm_core.tests.notices import wechat_platform
from odoo.addons.pm_core.tests.notices.loopback import LoopbackServer
from odoo.addons.pm_core.tools import wechat
from odoo.addons.pm_core.tools.wechat_messages import key_of, parse, signature

from ..complaints.complaint_common import ComplaintFactory

TOKEN, APP_ID = "token123", "wx0123456789abcdef"
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
SAID, MEDIA = "/cgi-bin/message/custom/send", "/cgi-bin/media/get"
LOGGER = "odoo.addons.pm_complaints.controllers.channels.wechat"
STRANGER, OWNER = "o-stranger", "o-owner"


def photo():
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(picture, "JPEG")
    return picture.getvalue()


class FakeWechat(LoopbackServer):
    """Takes what is said, and has the files of customers; ``refuse``: its errors."""

    def __init__(self):
        super().__init__(self._answer)
        self.refuse, self.files = {}, {}

    def _answer(self, request):
        if request.path == "/cgi-bin/stable_token":
            return 200, {"access_token": "T", "expires_in": 7200}
        if code := self.refuse.get(request.path):
            return 200, {"errcode": code, "errmsg": "refused"}
        if request.path == MEDIA:
            found = self.files.get(request.query["media_id"])
            return 200, found or {"errcode": 40007, "errmsg": "invalid media_id"}
        return 200, {"errcode": 0, "errmsg": "ok"}

    def said_to(self, openid):
        return [
            request.json["text"]["content"]
            for request in self.of(SAID)
            if request.json["touser"] == openid
        ]


class WechatMessages(ComplaintFactory):
    @classmethod
    def _set_up_messages(cls):
        cls.make_people()
        cls.server = FakeWechat()
        cls.addClassCleanup(cls.server.close)
        cls.account = cls.env["pm.wechat.account"].create(
            {
                "name": "Garden Services",
                "company_id": cls.estate.company_id.id,
                "app_id": APP_ID,
                "secret": "secret",
                "template_id": "TPL",
                "api_base": cls.server.url,
                "callback_token": TOKEN,
                "callback_key": KEY,
            }
        )
        cls.owner.with_company(cls.account.company_id).pm_wechat_openid = OWNER
        cls.messages = cls.env["pm.wechat.message"]

    def setUp(self):
        super().setUp()
        self.server.requests.clear()
        self.server.refuse.clear()
        self.server.files.clear()

    @staticmethod
    def xml(openid=OWNER, number=1, kind="text", **more):
        names = {"MsgId": str(number)} if number else {}
        return wechat_platform.build(
            ToUserName="gh_1",
            FromUserName=openid,
            CreateTime="1409735668",
            MsgType=kind,
            **names,
            **more,
        )

    def receive(self, *args, **kwargs):
        """Keep a message, as the address does once it is decrypted."""
        said = parse(self.xml(*args, **kwargs).encode())
        self.messages._keep(self.account, key_of(said), said)
        return self.messages.search([], limit=1)

    def take_up(self):
        crons = self.env.registry["ir.cron"]
        with patch.object(crons, "_commit_progress", return_value=1000):
            self.messages._cron_take_up()


@tagged("post_install", "-at_install")
class TestWechatMessages(WechatMessages, PropertyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_messages()

    def test_words_become_a_matter(self):
        message = self.receive(Content="Water drips from the ceiling")
        self.assertEqual(message.state, "new")
        self.take_up()
        matter = message.complaint_id
        self.assertEqual(message.state, "done")
        self.assertEqual(matter.description, "Water drips from the ceiling")
        self.assertEqual(matter.partner_id, self.owner)
        self.assertEqual(matter.channel_id.code, "wechat")
        self.assertEqual(matter.property_id, self.unit)
        self.assertEqual(message.estate_id, self.estate)

    def test_sent_again(self):
        """WeChat sends what it believes lost up to three times."""
        for _time in range(3):
            self.receive(Content="Water drips", number=7)
        self.take_up()
        self.take_up()
        self.assertEqual(self.messages.search_count([]), 1)
        self.assertEqual(
            self.env["pm.complaint"].search_count(
                [("description", "=", "Water drips")]
            ),
            1,
        )

    def test_what_follows_belongs_to_it(self):
        first = self.receive(Content="Water drips", number=1)
        second = self.receive(Content="Now it runs", number=2)
        self.take_up()
        self.assertEqual(first.complaint_id, second.complaint_id)
        notes = first.complaint_id.step_ids.mapped("note")
        self.assertIn("Now it runs", notes)

    def test_what_follows_its_end(self):
        """Thanks change nothing; what is still wrong is an objection, and after the
        case was taken back another matter."""
        first = self.receive(Content="Water drips", number=1)
        self.take_up()
        matter = first.complaint_id
        matter._as_step().write({"state": "closed", "verdict": "satisfied"})
        self.receive(Content="谢谢！", number=2)
        self.take_up()
        self.assertEqual(matter.state, "closed")
        third = self.receive(Content="It drips again", number=3)
        self.take_up()
        self.assertEqual(third.complaint_id, matter)
        self.assertEqual((matter.state, matter.reopen_count), ("investigating", 1))
        matter._end("withdraw", "withdrawn", "Settled")
        fourth = self.receive(Content="The gate is open", number=4)
        self.take_up()
        self.assertNotEqual(fourth.complaint_id, matter)

    def test_the_next_day_is_another_matter(self):
        first = self.receive(Content="Water drips", number=1)
        self.take_up()
        with freeze_time(fields.Datetime.now() + timedelta(hours=25)):
            second = self.receive(Content="The gate is open", number=2)
            self.take_up()
        self.assertNotEqual(first.complaint_id, second.complaint_id)

    def test_photo(self):
        self.server.files["M1"] = photo()
        message = self.receive(kind="image", MediaId="M1", PicUrl="http://x/1")
        self.take_up()
        files = message.complaint_id.evidence_ids
        self.assertEqual(files.raw, photo())

    def test_photo_that_is_not_kept_any_more(self):
        message = self.receive(kind="image", MediaId="gone")
        self.take_up()
        self.assertEqual(message.state, "done")
        self.assertIn("does not have the file", message.problem)
        self.assertTrue(message.complaint_id)

    def test_wechat_is_down(self):
        """Tried again, later each time; then it is a person's, and not lost."""
        self.server.refuse[MEDIA] = -1
        message = self.receive(kind="image", MediaId="M1")
        now = fields.Datetime.now()
        for _time in range(10):
            with (
                freeze_time(now),
                mute_logger("odoo.addons.pm_core.models.shared.pm_cron_mixin"),
            ):
                self.take_up()
            now += timedelta(hours=3)
        self.assertEqual((message.state, message.tries), ("failed", 6))
        self.assertFalse(message.complaint_id)
        self.server.refuse.clear()
        self.server.files["M1"] = photo()
        message.with_user(self.clerk).action_take_up()
        self.assertEqual(message.state, "done")
        self.assertTrue(message.complaint_id.evidence_ids)

    def test_a_server_that_dies_while_it_works(self):
        """What was begun and not ended is begun anew, and is one matter."""
        message = self.receive(Content="Water drips from the ceiling")
        before = self.env["pm.complaint"].search([])
        with (
            patch.object(
                self.env.registry["pm.complaint"],
                "_accept",
                side_effect=psycopg2.OperationalError("server closed the connection"),
            ),
            mute_logger("odoo.addons.pm_core.models.shared.pm_cron_mixin"),
            suppress(psycopg2.OperationalError),
            self.env.cr.savepoint(),
        ):
            self.take_up()
        self.env.invalidate_all()
        self.assertNotEqual(message.state, "done")
        self.assertFalse(self.env["pm.complaint"].search([]) - before)
        with freeze_time(fields.Datetime.now() + timedelta(hours=1)):
            self.take_up()
            self.take_up()
        self.assertEqual(message.state, "done")
        self.assertEqual(
            self.env["pm.complaint"].search([]) - before, message.complaint_id
        )

    def test_a_file_that_is_not_what_it_says(self):
        """A page sent as a photo is kept, and no browser is told to run it."""
        self.server.files["M1"] = b"<html><script>alert(1)</script></html>"
        message = self.receive(kind="image", MediaId="M1")
        self.take_up()
        self.assertEqual(message.state, "done")
        for one in message.complaint_id.evidence_ids:
            self.assertNotIn(one.mimetype, ("text/html", "image/svg+xml"))

    def test_stranger(self):
        """Kept for a person, who says who it was; answered once a day."""
        message = self.receive(STRANGER, number=1, Content="The lift stands still")
        self.receive(STRANGER, number=2, Content="Hello?")
        self.take_up()
        self.assertEqual(message.state, "held")
        self.assertEqual(self.server.said_to(STRANGER), [self.account.stranger_answer])
        mine = message.with_user(self.clerk)
        with self.assertRaisesRegex(UserError, "Name the customer"):
            mine.action_take_up()
        mine.partner_id = self.owner
        mine.action_take_up()
        self.assertEqual(message.complaint_id.partner_id, self.owner)
        with self.assertRaisesRegex(UserError, "dealt with already"):
            mine.action_dismiss()
        with self.assertRaises(AccessError):
            message.with_user(self.worker).read(["text"])

    def test_about_a_member_of_the_staff(self):
        """Hidden with its complaint from whom it is about, and before that from all."""

        def found_by(user):
            return self.messages.with_user(user).search([("id", "=", message.id)])

        message = self.receive(Content="The clerk shouts at people")
        for user in (self.clerk, self.colleague, self.manager):
            self.assertFalse(found_by(user))
        self.take_up()
        self.assertTrue(found_by(self.clerk))
        message.complaint_id.concerned_user_ids = self.clerk
        self.assertFalse(found_by(self.clerk))
        self.assertTrue(found_by(self.colleague))
        with self.assertRaises(AccessError):
            message.with_user(self.clerk).read(["text"])

    def test_place_link_voice(self):
        for kind, more, words in (
            (
                "location",
                {"Location_X": "30.2", "Location_Y": "120.1", "Label": "North gate"},
                "North gate (30.2, 120.1)",
            ),
            (
                "link",
                {"Title": "News", "Url": "https://example.com"},
                "News\nhttps://example.com",
            ),
            ("voice", {"Recognition": "It is too loud"}, "It is too loud"),
        ):
            with self.subTest(kind):
                message = self.receive(number=kind, kind=kind, **more)
                self.assertEqual(message.text, words)

    def test_scripts_are_text(self):
        said = "<script>alert(1)</script> & <b>"
        message = self.receive(Content=said)
        self.take_up()
        self.assertEqual(message.complaint_id.description, said)

    def test_welcome(self):
        """Events have no number: the person and the second tell them apart."""
        for _time in range(2):
            self.receive(STRANGER, number=None, kind="event", Event="subscribe")
        self.take_up()
        self.assertEqual(self.server.said_to(STRANGER), [self.account.welcome])

    def test_answered_in_the_conversation(self):
        """Freely within 48 hours, by template after that."""
        message = self.receive(Content="Water drips")
        self.take_up()
        outgoing = message.complaint_id.message_to_ids
        self.assertEqual(outgoing.channel, "wechat")
        with freeze_time(fields.Datetime.now() + timedelta(minutes=30)):
            outgoing._send_together()
        self.assertEqual(outgoing.state, "sent")
        self.assertIn(outgoing.text, self.server.said_to(OWNER)[0])
        with freeze_time(fields.Datetime.now() + timedelta(hours=49)):
            outgoing._send_together()
        self.assertEqual(len(self.server.said_to(OWNER)), 1)
        self.assertEqual(len(self.server.of("/cgi-bin/message/template/send")), 1)

    def test_wechat_says_it_was_too_long_ago(self):
        message = self.receive(Content="Water drips")
        self.take_up()
        self.server.refuse[SAID] = 45015
        message.complaint_id.message_to_ids._send_together()
        self.assertEqual(message.complaint_id.message_to_ids.state, "sent")
        self.assertEqual(len(self.server.of("/cgi-bin/message/template/send")), 1)

    def test_menu(self):
        admin = self.make_user("pm_admin_w", "pm_core.group_pm_admin")
        self.account.with_user(admin).action_push_menu()
        (asked,) = self.server.of("/cgi-bin/menu/create")
        buttons = asked.json["button"]
        self.assertEqual(len(buttons), 3)
        self.assertTrue(buttons[1]["url"].endswith("/my/complaints/new"))
        self.assertLessEqual(len(buttons[2]["sub_button"]), 5)
        with self.assertRaises(AccessError):
            self.account.with_user(self.manager).action_push_menu()

    def test_settings(self):
        with self.assertRaisesRegex(ValidationError, "no EncodingAESKey"):
            self.account.callback_key = "short"
        with self.assertRaisesRegex(ValidationError, "letters and digits"):
            self.account.callback_token = "a b"

    def test_text_is_cut_by_bytes(self):
        self.account._say(OWNER, "水" * 1000)
        (said,) = self.server.said_to(OWNER)
        self.assertLessEqual(len(said.encode()), wechat.MAX_SAID)
        self.assertTrue(said.startswith("水水") and said.endswith("…"))


@tagged("post_install", "-at_install")
class TestWechatAddress(WechatMessages, PropertyCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_messages()

    def call(self, xml, account=None, token=TOKEN, key=KEY, **changes):
        body, query = wechat_platform.call(xml, token, APP_ID, key)
        query.update(changes)
        return self.ask(body, query, account)

    def ask(self, body, query, account=None):
        self.env.flush_all()
        return self.url_open(
            f"/pm/wechat/{account or self.account.id}",
            data=body,
            params=query,
            method="POST",
            headers={"Content-Type": "text/xml"},
        )

    def kept(self):
        self.env.invalidate_all()
        return self.messages.search([])

    def test_checks_the_address(self):
        _body, query = wechat_platform.call("<xml/>", TOKEN, APP_ID)
        page = self.url_open(
            f"/pm/wechat/{self.account.id}", params={**query, "echostr": "<b>1</b>"}
        )
        self.assertEqual((page.status_code, page.text), (200, "<b>1</b>"))
        self.assertTrue(page.headers["Content-Type"].startswith("text/plain"))
        query["signature"] = "0" * 40
        with mute_logger(LOGGER):
            page = self.url_open(
                f"/pm/wechat/{self.account.id}", params={**query, "echostr": "1"}
            )
        self.assertEqual((page.status_code, page.text), (403, ""))

    def test_keeps_a_message_and_answers(self):
        page = self.call(self.xml(Content="Water drips"))
        self.assertEqual((page.status_code, page.text), (200, "success"))
        self.assertEqual(self.kept().text, "Water drips")
        # the same once more, signed anew
        self.assertEqual(self.call(self.xml(Content="Water drips")).text, "success")
        self.assertEqual(len(self.kept()), 1)

    def test_strange_and_signed(self):
        """What WeChat would not write is kept or refused, and breaks nothing."""
        emoji = "水漏了😀👨‍👩‍👧 \U0001f6b0"
        for number, (answer, xml) in enumerate(
            (
                (200, self.xml(Content=emoji, number=11)),
                (200, self.xml(Content="x", number="9" * 20_000)),
                (
                    200,
                    self.xml(Content="x", number=12).replace("1409735668", "２０²"),
                ),
                (403, self.xml("o" * 20_000, Content="x", number=13)),
                (403, self.xml(Content="a&#0;b", number=14).replace("&amp;#", "&#")),
                (403, self.xml(Content="a&#xD800;b").replace("&amp;#", "&#")),
                (200, self.xml(kind="neverheardof", number=15)),
            ),
            1,
        ):
            with self.subTest(number), mute_logger(LOGGER):
                self.assertEqual(self.call(xml).status_code, answer)
        kept = self.kept()
        self.assertEqual(len(kept), 4)
        self.assertIn(emoji, kept.mapped("text"))
        self.assertEqual(kept[0].kind, "other")

    def test_one_trigger_for_what_comes_together(self):
        """The job is called once; after it was, the next message calls it again."""
        triggers = self.env["ir.cron.trigger"]
        job = self.env.ref("pm_complaints.pm_wechat_message_take_up")
        of_it = [("cron_id", "=", job.id)]
        triggers.search(of_it).unlink()
        for number in range(20, 25):
            self.call(self.xml(Content="x", number=number))
        self.assertEqual(triggers.search_count(of_it), 1)
        # one to come is none to rely on
        triggers.search(of_it).call_at = fields.Datetime.now() + timedelta(hours=1)
        self.call(self.xml(Content="x", number=25))
        self.assertEqual(triggers.search_count(of_it), 2)
        triggers.search(of_it).unlink()
        self.call(self.xml(Content="x", number=26))
        self.assertEqual(triggers.search_count(of_it), 1)

    def test_two_calls_collide(self):
        """Odoo begins anew, and the message is there still."""
        keep, calls = type(self.messages)._keep, []

        def collide_once(messages, *values):
            calls.append(values)
            if len(calls) == 1:
                raise ConcurrencyError("collided")
            return keep(messages, *values)

        with (
            patch.object(self.env.registry["pm.wechat.message"], "_keep", collide_once),
            patch("odoo.service.model.random.uniform", return_value=0),
        ):
            page = self.call(self.xml(Content="Water drips"))
        self.assertEqual((page.status_code, page.text), (200, "success"))
        self.assertEqual(self.kept().text, "Water drips")
        self.assertEqual(len(calls), 2)

    def test_another_process_put_it_down(self):
        """It came twice at the same moment: it is kept, and this call has no part."""
        said = parse(self.xml(Content="Water drips").encode())
        execute = type(self.env.cr).execute

        def collide(cursor, query, *args, **kwargs):
            if "INTO pm_wechat_message" in getattr(query, "code", ""):
                raise SerializationFailure("could not serialize access")
            return execute(cursor, query, *args, **kwargs)

        with patch.object(type(self.env.cr), "execute", collide):
            self.messages._keep(self.account, key_of(said), said)
        self.assertFalse(self.kept())

    def test_refused(self):
        bomb = '<!DOCTYPE xml [<!ENTITY a "b">]><xml><Content>&a;</Content></xml>'
        body, query = wechat_platform.call(self.xml(Content="x"), TOKEN, APP_ID, KEY)
        plain, plain_query = wechat_platform.call(self.xml(Content="x"), TOKEN, APP_ID)
        old_body, old = wechat_platform.call(
            self.xml(Content="x"), TOKEN, APP_ID, KEY, now=1409735668
        )
        cases = {
            "forged": lambda: self.call(self.xml(Content="x"), token="another"),
            "unsigned": lambda: self.ask(body, {}),
            "emoji": lambda: self.ask(body, {**query, "msg_signature": "😀"}),
            "changed": lambda: self.ask(body.replace(b"A", b"B", 1), query),
            "old": lambda: self.ask(old_body, old),
            "plain": lambda: self.ask(plain, plain_query),
            "no account": lambda: self.ask(body, query, "999999"),
            "no number": lambda: self.ask(body, query, "x%00"),
            "bomb": lambda: self.call(bomb),
            "bomb outside": lambda: self.ask(bomb.encode(), query),
            "nothing": lambda: self.ask(b"", query),
            "long": lambda: self.ask(b"<xml>" + b"a" * 10 * 1024 * 1024, query),
            "bytes": lambda: self.ask(b"\xff\xfe\x00\x01", query),
            "nobody": lambda: self.call(wechat_platform.build(Content="x", MsgId="9")),
        }
        for name, call in cases.items():
            with self.subTest(name), mute_logger(LOGGER):
                page = call()
                self.assertIn(page.status_code, (400, 403, 404, 413))
                self.assertFalse(page.text if page.status_code == 403 else "")
        self.assertFalse(self.kept())

    def test_archived_account(self):
        self.account.active = False
        with mute_logger(LOGGER):
            self.assertEqual(self.call(self.xml(Content="x")).status_code, 403)

    def test_plain_mode(self):
        self.account.callback_key = False
        self.assertEqual(self.call(self.xml(Content="x"), key=None).text, "success")
        stamp, nonce = "1", "2"
        with mute_logger(LOGGER):
            page = self.ask(
                self.xml(Content="y", number=2).encode(),
                {
                    "timestamp": stamp,
                    "nonce": nonce,
                    "signature": signature(TOKEN, stamp, nonce),
                },
            )
        self.assertEqual(page.status_code, 403)
        self.assertEqual(len(self.kept()), 1)
