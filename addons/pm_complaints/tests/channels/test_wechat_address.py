"""The address that WeChat calls: what is taken, once, and what is refused."""

import time
from datetime import timedelta
from unittest.mock import Mock, patch

from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.exceptions import ConcurrencyError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.pm_core.tests.common import PropertyCase
from odoo.addons.pm_core.tests.notices import wechat_platform
from odoo.addons.pm_core.tools.wechat_messages import key_of, parse, signature

from ...controllers.channels.wechat import WechatHook
from .wechat_common import APP_ID, KEY, LOGGER, TOKEN, WechatMessages

WECHAT = "odoo.addons.pm_complaints.models.channels.pm_wechat_account"


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
        changed = body.replace(b"<Encrypt>", b"<Encrypt>A")
        plain, plain_query = wechat_platform.call(self.xml(Content="x"), TOKEN, APP_ID)
        old_body, old = wechat_platform.call(
            self.xml(Content="x"), TOKEN, APP_ID, KEY, now=1409735668
        )
        cases = {
            "forged": lambda: self.call(self.xml(Content="x"), token="another"),
            "unsigned": lambda: self.ask(body, {}),
            "emoji": lambda: self.ask(body, {**query, "msg_signature": "😀"}),
            "changed": lambda: self.ask(changed, query),
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

    def test_plain_signature_brings_nothing_later(self):
        """WeChat signs no words in plain mode: a signature that somebody has seen
        brings no others, within its five minutes either."""
        self.account.callback_key = False
        first = self.xml(Content="x")
        body, query = wechat_platform.call(first, TOKEN, APP_ID, now=time.time() - 60)
        self.assertEqual(self.ask(body, query).text, "success")
        other = self.xml(Content="Pay here instead", number=2).encode()
        with mute_logger(LOGGER):
            page = self.ask(other, query)
        self.assertEqual((page.status_code, page.text), (403, ""))
        # WeChat itself says the same once more, and other words with the same number
        # change nothing
        self.assertEqual(self.ask(body, query).text, "success")
        changed = self.xml(Content="Pay here instead").encode()
        self.assertEqual(self.ask(changed, query).text, "success")
        self.assertEqual(self.kept().text, "x")
        # the next one with a signature of its own
        self.assertEqual(
            self.call(self.xml(Content="z", number=3), key=None).text, "success"
        )
        self.assertEqual(self.kept().mapped("text"), ["z", "x"])

    def test_plain_messages_of_one_moment(self):
        """Their second and random number may be the same, and none is lost."""
        self.account.callback_key = False
        body, query = wechat_platform.call(self.xml(Content="x"), TOKEN, APP_ID)
        other = self.xml(Content="y", number=2).encode()
        with patch(f"{WECHAT}.is_fresh", return_value=True):
            self.assertEqual(self.ask(body, query).text, "success")
            self.assertEqual(self.ask(other, query).text, "success")
        self.assertEqual(self.kept().mapped("text"), ["y", "x"])

    def test_safe_signature_is_over_the_message(self):
        """The address of one message with the body of another is nobody's."""
        _body, query = wechat_platform.call(self.xml(Content="x"), TOKEN, APP_ID, KEY)
        other, _query = wechat_platform.call(
            self.xml(Content="Pay here instead", number=2), TOKEN, APP_ID, KEY
        )
        with mute_logger(LOGGER):
            self.assertEqual(self.ask(other, query).status_code, 403)
        self.assertFalse(self.kept())

    def test_few_questions_to_the_database(self):
        """Fifty messages a second leave little time for each: what opens it, the
        message, and whether the job is called already; two of them in savepoints."""
        hook = WechatHook()
        with patch(f"{LOGGER}.request", Mock(env=self.env)):
            for number in (1, 2):
                said = self.xml(Content="Water drips", number=number)
                body, query = wechat_platform.call(said, TOKEN, APP_ID, KEY)
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                account = hook._wechat_account(str(self.account.id))
                account._receive(body, query)
                asked = self.env.cr.sql_log_count - before
        self.assertLessEqual(asked, 7)
        self.assertEqual(len(self.kept()), 2)
