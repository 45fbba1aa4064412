from datetime import timedelta
from smtplib import SMTPServerDisconnected
from unittest.mock import patch

from odoo import fields
from odoo.tests import TransactionCase, freeze_time
from odoo.tools import mute_logger

from ...models.base.mail_mail import WAITS

SERVER = "odoo.addons.base.models.ir_mail_server.IrMail_Server"


@freeze_time("2026-11-10 08:00:00")
class TestMailServerDown(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["mail.mail"].search([]).unlink()
        author = cls.env.user.partner_id
        cls.reader = cls.env["res.partner"].create(
            {"name": "Reader", "email": "reader@example.com"}
        )
        # pylint: disable-next=translation-required
        message = author.message_post(
            body="Hello",
            partner_ids=cls.reader.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            force_send=False,
        )
        cls.mail = cls.env["mail.mail"].search([("mail_message_id", "=", message.id)])
        cls.notification = message.notification_ids.filtered("mail_mail_id")

    def work_queue(self):
        # else no mail leaves in tests
        with patch(f"{SERVER}._disable_send", return_value=False):
            self.env["mail.mail"].process_email_queue()
        self.env.invalidate_all()

    def down(self):
        return patch(f"{SERVER}._connect__", side_effect=OSError("refused"))

    def test_sent_at_once_by_a_person(self):
        """Who presses *Send* while the server is away is not refused for the count."""
        admin = self.env.ref("base.user_admin")
        with self.down(), patch(f"{SERVER}._disable_send", return_value=False):
            self.mail.with_user(admin).send()
        self.assertEqual((self.mail.state, self.mail.pm_tries), ("outgoing", 1))
        self.mail.with_user(admin).mark_outgoing()
        self.assertEqual(self.mail.pm_tries, 0)

    def test_down_for_long(self):
        """Tried again ever later; then it is listed as failed."""
        self.assertEqual(self.notification.notification_status, "ready")
        now = fields.Datetime.now()
        for tries, minutes in enumerate(WAITS, start=1):
            with self.down(), freeze_time(now):
                self.work_queue()
                self.assertEqual(self.mail.state, "outgoing")
                self.assertEqual(self.mail.pm_tries, tries)
                self.assertEqual(self.notification.notification_status, "ready")
                # not before its time
                self.work_queue()
                self.assertEqual(self.mail.pm_tries, tries)
            now += timedelta(minutes=minutes)
        with self.down(), freeze_time(now):
            self.work_queue()
            self.assertEqual(self.mail.state, "exception")
            self.assertEqual(self.mail.failure_type, "mail_smtp")
            self.assertIn("refused", self.mail.failure_reason)
            self.assertEqual(self.notification.notification_status, "exception")
            # by hand: at once, and with all tries
            self.mail.action_retry()
            self.work_queue()
            self.assertEqual((self.mail.state, self.mail.pm_tries), ("outgoing", 1))

    def test_back_again(self):
        with self.down():
            self.work_queue()
        with (
            freeze_time("2026-11-10 08:05:00"),
            patch(f"{SERVER}._connect__"),
            patch(f"{SERVER}.send_email", return_value="<id>") as send,
        ):
            self.work_queue()
        send.assert_called_once()
        # Odoo deletes what was sent
        self.assertFalse(self.mail.exists())
        self.assertEqual(self.notification.notification_status, "sent")

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_the_connection_ends_midway(self):
        """Each mail is still to go, and the one that was leaving a little later."""
        mails = self.env["mail.mail"].create(
            [
                {"subject": str(number), "email_to": f"{number}@example.com"}
                for number in range(3)
            ]
        )
        self.mail.unlink()
        answers = ["<id>", SMTPServerDisconnected("bye")]
        with (
            patch(f"{SERVER}._connect__"),
            patch(f"{SERVER}.send_email", side_effect=answers),
        ):
            self.work_queue()
        self.assertEqual(mails.mapped("state"), ["sent", "outgoing", "outgoing"])
        self.assertEqual(mails.mapped("pm_tries"), [0, 1, 0])
        self.assertEqual(
            mails.mapped("scheduled_date"),
            [False, fields.Datetime.to_datetime("2026-11-10 08:05:00"), False],
        )

    def test_what_is_wrong_with_a_mail_is_not_tried_again(self):
        mail = self.env["mail.mail"].create({"subject": "Nobody", "email_to": ""})
        with patch(f"{SERVER}._connect__"):
            self.work_queue()
        self.assertEqual((mail.state, mail.pm_tries), ("exception", 0))
