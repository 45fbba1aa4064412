from datetime import timedelta
from smtplib import SMTPServerDisconnected

from odoo import fields, models

# Minutes until a mail is tried again, each time that the mail server is not there.
WAITS = (5, 15, 60, 240, 720)


class MailMail(models.Model):
    """Mails wait for a mail server that is down, and leave when it is back.

    Odoo marks them as failed, and somebody would have to send them again by hand. What
    is wrong with a mail or an address is not tried again.
    """

    _inherit = "mail.mail"

    pm_tries = fields.Integer(
        "Tries without Mail Server",
        readonly=True,
        copy=False,
        help="How often the mail server could not be reached. After five times, within "
        "a day, the mail counts as failed.",
    )

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        again = self.browse()
        if failure_type == "mail_smtp":
            again = self._pm_send_later()
        # of what is tried again nobody hears that it failed
        return super(MailMail, self - again)._postprocess_sent_message(
            success_pids, success_emails, failure_reason, failure_type
        )

    def _send(self, *args, **kwargs):
        try:
            return super()._send(*args, **kwargs)
        except SMTPServerDisconnected:
            # Mails leave in this order. Odoo marks each as failed before it leaves; the
            # last one marked met the end of the connection, the rest are still to go.
            met = self.filtered(lambda mail: mail.state != "outgoing")[-1:]
            met.filtered(lambda mail: mail.state == "exception")._pm_send_later()
            raise

    def _pm_send_later(self):
        """Put mails back into the queue, for later; return those.

        What was tried often enough stays failed.
        """
        self.failure_type = "mail_smtp"
        again = self.filtered(lambda mail: mail.pm_tries < len(WAITS))
        queue = self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()
        for tries, mails in again.grouped("pm_tries").items():
            due = fields.Datetime.now() + timedelta(minutes=WAITS[tries])
            # whoever sent it at once, the count is ours
            mails.sudo()._as_step().write(
                {"state": "outgoing", "scheduled_date": due, "pm_tries": tries + 1}
            )
            queue._trigger(due)
        return again

    def mark_outgoing(self):
        """Whoever sends a mail again by hand does so now, and with all tries."""
        self.check_access("write")
        self.sudo()._as_step().write({"pm_tries": 0, "scheduled_date": False})
        return super().mark_outgoing()
