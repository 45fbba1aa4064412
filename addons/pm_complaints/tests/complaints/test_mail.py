import base64
import re
from datetime import timedelta

from odoo.tools.safe_eval import safe_eval

from odoo.addons.mail.tests.common import MailCommon

from ...models.complaints.pm_complaint_report import MAX_TEXT
from .complaint_common import ComplaintCase

MAIL = """From: {sender}
To: {to}
Subject: {subject}
Message-Id: <{reference}@example.com>
{headers}Content-Type: text/plain; charset=utf-8

{text}
"""

NOTE = "He always complains"


class TestMail(ComplaintCase, MailCommon):
    """Mail to the address of an estate, and answers to ours."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._init_mail_gateway()
        cls.env["pm.complaint.inbox"].create(
            {
                "name": "Care",
                "estate_id": cls.estate.id,
                "alias_name": "care",
                "alias_domain_id": cls.env.company.alias_domain_id.id,
            }
        )
        cls.owner.write({"email": "wang@example.com", "pm_estate_id": cls.estate.id})

    def receive(
        self,
        reference,
        sender="Wang <wang@example.com>",
        headers="",
        text="The bell is broken.",
        subject="Bell",
    ):
        """Let a mail come in; return the complaints that it made."""
        before = self.env["pm.complaint"].search([])
        with self.mock_mail_gateway():
            self.env["mail.thread"].message_process(
                "pm.complaint",
                MAIL.format(
                    sender=sender,
                    to=f"care@{self.alias_domain}",
                    subject=subject,
                    reference=reference,
                    headers=headers,
                    text=text,
                ),
            )
        return self.env["pm.complaint"].search([]) - before

    def answer(self, complaint, reference, **values):
        """Answer the last message of ours in its thread."""
        first = complaint.message_ids.filtered("message_id")[-1:]
        return self.receive(
            reference, headers=f"In-Reply-To: {first.message_id}\n", **values
        )

    def test_customer(self):
        complaint = self.receive("one")
        self.assertEqual(complaint.partner_id, self.owner)
        self.assertEqual(complaint.property_id, self.unit)
        self.assertEqual(complaint.channel_id.code, "email")
        self.assertEqual(complaint.description, "The bell is broken.")
        self.assertIn(complaint.state, ("accepted", "assigned"))
        self.assertEqual(complaint.message_to_ids.address, "wang@example.com")

    def test_stranger_is_listed_to_be_placed(self):
        complaint = self.receive("two", "Li <li@example.org>")
        self.assertFalse(complaint.partner_id)
        self.assertEqual(complaint.property_id, self.estate)
        action = self.env.ref("pm_complaints.pm_complaint_action_place")
        self.assertIn(
            complaint,
            self.env["pm.complaint"].search(safe_eval(action.domain)),
        )

    def test_an_answer_stays(self):
        complaint = self.receive("three")
        complaint._take_step("wait", is_waiting=True)
        again = self.answer(complaint, "four", text="It still is.\n\n> quoted words")
        self.assertFalse(again)
        added = complaint.step_ids.filtered(lambda step: step.step == "add")
        self.assertEqual(added.note, "It still is.")
        self.assertFalse(complaint.is_waiting)

    def test_a_stranger_who_quotes_does_not_join(self):
        complaint = self.receive("five")
        messages = complaint.message_ids
        own = self.answer(
            complaint,
            "six",
            sender="Eve <eve@example.org>",
            subject=f"Re: {complaint.number}",
        )
        self.assertEqual(len(own), 1)
        self.assertEqual(own.property_id, self.estate)
        self.assertFalse(own.partner_id)
        self.assertEqual(complaint.message_ids, messages)

    def test_fetched_again(self):
        first = self.receive("seven")
        self.assertTrue(first)
        self.assertFalse(self.receive("seven"))
        self.assertEqual(
            len(
                first.message_ids.filtered(
                    lambda message: message.message_id == "<seven@example.com>"
                )
            ),
            1,
        )

    def test_an_answer_to_a_merged_case(self):
        stays, goes = self.receive("eight"), self.receive("nine", text="Same again")
        goes.action_merge(stays.id)
        self.assertFalse(self.answer(goes, "ten", text="And the light."))
        self.assertIn("And the light.", stays.step_ids.mapped("note"))
        self.assertEqual(goes.state, "merged")

    def test_an_answer_to_a_merged_case_that_is_over_for_good(self):
        """The new case is of who writes, and not of the neighbour."""
        goes = self.receive(
            "final1", "Li <li@example.org>", text="Same at our door", subject="Door"
        )
        stays = self.closed("final2", goes)
        today = self.estate._today()
        stays.sudo()._as_step().objection_until = today - timedelta(days=1)
        new = self.answer(
            goes, "final3", sender="Li <li@example.org>", text="It is broken again."
        )
        self.assertEqual(stays.state, "closed")
        self.assertEqual(
            (new.reporter_email, new.previous_id), ("li@example.org", goes)
        )
        self.assertFalse(new.partner_id)
        self.assertEqual(new.description, "It is broken again.")

    def closed(self, reference, merged=()):
        complaint = self.receive(reference)
        for one in merged:
            one.action_merge(complaint.id)
        complaint.action_reply("A new bell hangs there.")
        complaint._as_step().write(
            {
                "cause": "Worn",
                "liability": "ours",
                "action_taken": "New",
                "verdict": "satisfied",
            }
        )
        complaint.action_close()
        return complaint

    def test_a_mere_thanks_does_not_reopen(self):
        complaint = self.closed("eleven")
        for number, text in enumerate(
            ("Thanks!", "谢谢", "好的，收到，谢谢您！", "OK, thank you very much.")
        ):
            with self.subTest(text=text):
                self.assertFalse(self.answer(complaint, f"thanks{number}", text=text))
                self.assertEqual(complaint.state, "closed")
        self.answer(complaint, "twelve", text="Thanks, but it is broken again.")
        self.assertEqual(complaint.state, "investigating")
        self.assertEqual(complaint.reopen_count, 1)

    def test_an_absence_note_reopens_nothing(self):
        complaint = self.closed("away")
        first = complaint.message_ids.filtered("message_id")[-1:]
        headers = f"In-Reply-To: {first.message_id}\nAuto-Submitted: auto-replied\n"
        note = "I am away until Monday."
        self.assertFalse(self.receive("away1", headers=headers, text=note))
        self.assertEqual(complaint.state, "closed")
        self.assertIn(note, "".join(complaint.message_ids.mapped("body")))

    def test_loop_stops(self):
        self.env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", 3)
        made = [self.receive(f"loop{number}") for number in range(8)]
        self.assertEqual(len([one for one in made if one]), 3)

    def receive_raw(self, reference, kind, body, files=()):
        """Let a mail in whose text is of this type, as bytes, with files."""
        head = (
            "From: Wang <wang@example.com>\n"
            f"To: care@{self.alias_domain}\n"
            "Subject: Bell\n"
            f"Message-Id: <{reference}@example.com>\n"
            "MIME-Version: 1.0\n"
        )
        parts = [f"Content-Type: {kind}\n\n".encode() + body]
        parts += [
            (
                f"Content-Type: {told}\nContent-Transfer-Encoding: base64\n"
                f'Content-Disposition: attachment; filename="{name}"\n\n'
            ).encode()
            + base64.encodebytes(content)
            for name, told, content in files
        ]
        mail = head.encode() + b'Content-Type: multipart/mixed; boundary="B"\n\n'
        mail += b"".join(b"--B\n" + part + b"\n" for part in parts) + b"--B--\n"
        before = self.env["pm.complaint"].search([])
        with self.mock_mail_gateway():
            self.env["mail.thread"].message_process("pm.complaint", mail)
        return self.env["pm.complaint"].search([]) - before

    def test_wrong_encodings_lose_no_mail(self):
        words = "电铃坏了 bell"
        for number, (kind, body) in enumerate(
            (
                ("text/plain; charset=utf-8", words.encode("gb18030")),
                ("text/plain; charset=x-unknown", words.encode()),
                ("text/plain; charset=us-ascii", words.encode()),
                ("text/plain; charset=utf-8", b"bell \xff\xfe\x01 rings"),
                ("text/plain; charset=utf-8", b"bell \x00 rings"),
            )
        ):
            with self.subTest(kind, body=body):
                complaint = self.receive_raw(f"encoding{number}", kind, body)
                self.assertEqual(len(complaint), 1)
                self.assertIn("bell", complaint.description)

    def test_scripts_in_a_mail_stay_words(self):
        complaint = self.receive_raw(
            "script",
            "text/html; charset=utf-8",
            b"<p>The bell<script>alert(1)</script></p><img src=x onerror=alert(2)>"
            b'<a href="javascript:alert(3)">rings</a>',
        )
        kept = "".join(complaint.message_ids.mapped("body"))
        for bad in ("<script", "onerror", "javascript:"):
            self.assertNotIn(bad, kept)
            self.assertNotIn(bad, complaint.description)
        self.assertIn("The bell", complaint.description)

    def test_ten_megabytes_of_text(self):
        """What is read is short; the whole mail stays in the thread."""
        text = b"The bell rings. " * (10 * 2**20 // 16)
        complaint = self.receive_raw("large", "text/plain; charset=utf-8", text)
        self.assertEqual(len(complaint), 1)
        self.assertEqual(len(complaint.description), MAX_TEXT)

    def test_a_file_that_is_not_what_it_says(self):
        """It is kept as what was sent, and no browser is told to run it."""
        page = b"<html><script>alert(1)</script></html>"
        complaint = self.receive_raw(
            "file",
            "text/plain; charset=utf-8",
            b"See the photo.",
            files=[
                ("photo.jpg", "image/jpeg", page),
                ("photo.svg", "image/svg+xml", b"<svg onload='alert(1)'/>"),
                ("photo.html", "text/html", page),
            ],
        )
        files = self.env["ir.attachment"].search(
            [("res_model", "=", complaint._name), ("res_id", "=", complaint.id)]
        )
        self.assertEqual(len(files), 3)
        for one in files:
            with self.subTest(one.name):
                self.assertNotIn(one.mimetype, ("text/html", "image/svg+xml"))

    def test_an_internal_note_never_leaves(self):
        complaint = self.receive("thirteen")
        complaint.message_subscribe(self.owner.ids)
        with self.mock_mail_gateway():
            complaint.message_post(
                body=NOTE,
                subtype_xmlid="mail.mt_note",
                attachments=[("secret.txt", b"x")],
            )
            self.flush_tracking()
            complaint.action_reply("We look into it.")
            with self.enter_registry_test_mode():
                self.env.ref(
                    "pm_complaints.ir_cron_complaint_tell"
                ).method_direct_trigger()
        self.env.invalidate_all()
        sent = "".join(str(mail["body"]) for mail in self._mails)
        self.assertNotIn("always complains", sent)
        self.assertFalse([mail for mail in self._mails if mail["attachments"]])
        self.assertTrue(re.search("look into it", sent) or complaint.message_to_ids)
