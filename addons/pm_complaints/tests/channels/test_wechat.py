"""What residents write to the WeChat account, and what becomes of it."""

from contextlib import suppress
from datetime import timedelta
from unittest.mock import patch

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.pm_core.tests.common import PropertyCase
from odoo.addons.pm_core.tools import wechat

from .wechat_common import MEDIA, OWNER, SAID, STRANGER, WechatMessages, photo


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

    def test_whom_wechat_does_not_reach_is_told_by_another_way(self):
        """Who has stopped following the account has an e-mail address, or nothing."""
        message = self.receive(Content="Water drips")
        self.take_up()
        outgoing = message.complaint_id.message_to_ids
        self.server.refuse |= {SAID: 45015, "/cgi-bin/message/template/send": 43004}
        self.owner.write({"phone": False, "email": False})
        message.complaint_id.write({"reporter_phone": False, "reporter_email": False})
        outgoing._send_together()
        self.assertEqual((outgoing.channel, outgoing.state), ("wechat", "failed"))
        self.owner.email = "wang@example.com"
        outgoing._as_step().state = "outgoing"
        outgoing._send_together()
        self.assertEqual(
            (outgoing.channel, outgoing.address, outgoing.state),
            ("email", "wang@example.com", "outgoing"),
        )
        self.assertIn("43004", outgoing.problem)
        outgoing._send_together()
        self.assertEqual(outgoing.state, "sent")

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
