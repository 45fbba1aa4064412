import logging

from psycopg2 import OperationalError

from odoo import Command, api, fields, models
from odoo.tools import email_normalize

# messages that are handed over in one transaction
BATCH = 200

_logger = logging.getLogger(__name__)


class PmNoticeDelivery(models.Model):
    """One message to one recipient by one channel.

    A scheduled job hands messages over to Odoo's own queues for e-mail and SMS, in
    the transaction that marks them as handed over: what a crash interrupts was
    either not handed over or is marked, and nothing goes out twice. Later runs learn
    from those queues what became of it.
    """

    _name = "pm.notice.delivery"
    _description = "Notice Sending"
    _order = "recipient_id, id"
    _rec_name = "recipient_id"

    recipient_id = fields.Many2one(
        "pm.notice.recipient", required=True, index=True, ondelete="cascade"
    )
    notice_id = fields.Many2one(
        related="recipient_id.notice_id", store=True, index=True, precompute=True
    )
    estate_id = fields.Many2one(
        related="recipient_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="recipient_id.company_id", store=True, index=True, precompute=True
    )
    channel = fields.Selection([("email", "E-mail"), ("sms", "SMS")], required=True)
    address = fields.Char(help="Where it was sent to.")
    state = fields.Selection(
        [
            ("outgoing", "To Send"),
            ("queued", "Handed Over"),
            ("sent", "Sent"),
            ("failed", "Failed"),
            ("cancelled", "Not Sent"),
        ],
        required=True,
        default="outgoing",
        index=True,
    )
    date = fields.Datetime(help="When it was sent, or failed.")
    error = fields.Char("Problem")
    mail_id = fields.Many2one(
        "mail.mail", index="btree_not_null", export_string_translation=False
    )
    sms_id = fields.Many2one(
        "sms.sms", index="btree_not_null", export_string_translation=False
    )

    _once = models.UniqueIndex(
        "(recipient_id, channel)", "The recipient is told by this channel already."
    )

    def _prepare(self):
        """Set messages to be sent, to today's address; without one they fail."""
        missing = {
            "email": self.env._("No valid e-mail address."),
            "sms": self.env._("No valid phone number."),
        }
        for channel, deliveries in self.grouped("channel").items():
            find = getattr(deliveries, f"_find_{channel}")
            for delivery in deliveries:
                address = find(delivery.recipient_id.partner_id)
                delivery.write(
                    {
                        "address": address,
                        "state": "outgoing" if address else "failed",
                        "error": False if address else missing.get(channel),
                        "date": False if address else fields.Datetime.now(),
                        "mail_id": False,
                        "sms_id": False,
                    }
                )

    @api.model
    def _find_email(self, partner):
        return email_normalize(partner.email or "", strict=False)

    @api.model
    def _find_sms(self, partner):
        return partner._phone_format(fname="phone") if partner.phone else False

    # ------------------------------------------------------------------
    # The scheduled job
    # ------------------------------------------------------------------

    @api.model
    def _cron_send(self):
        """Learn what became of what was handed over, then hand over what waits."""
        commit = self.env["ir.cron"]._commit_progress
        self._collect()
        domain = [("state", "=", "outgoing"), ("notice_id.state", "=", "published")]
        commit(0, remaining=self.search_count(domain))
        while True:
            found = self.search(domain, limit=BATCH, order="id")
            batch = found.try_lock_for_update().filtered_domain(domain)
            if not batch:
                return
            batch._hand_over()
            if not commit(len(batch), remaining=self.search_count(domain)):
                return

    def _hand_over(self):
        """Put the messages in their queues; a bad one is listed and stops no other."""
        try:
            with self.env.cr.savepoint():
                self._queue()
        except OperationalError:
            # the database asks to try the transaction again
            raise
        except Exception:
            _logger.exception("handing over %s messages, now one by one", len(self))
            self.env.invalidate_all()
            for delivery in self:
                delivery._hand_over_alone()

    def _hand_over_alone(self):
        try:
            with self.env.cr.savepoint():
                self._queue()
        except OperationalError:
            raise
        except Exception as error:
            _logger.exception("handing over message %s", self.id)
            self.env.invalidate_all()
            self._fail(str(error))

    def _queue(self):
        for channel, deliveries in self.grouped("channel").items():
            getattr(deliveries, f"_queue_{channel}")()

    def _queue_email(self):
        mails = self.env["mail.mail"].create([one._mail_values() for one in self])
        for delivery, mail in zip(self, mails, strict=True):
            delivery.write({"state": "queued", "mail_id": mail.id, "error": False})
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()

    def _mail_values(self):
        notice = self.notice_id
        lang = self.recipient_id.partner_id.lang or self.env.user.lang
        body = self.env["ir.qweb"]._render(
            "pm_core.pm_notice_mail",
            {
                "notice": notice.with_context(lang=lang),
                "link": self.recipient_id._link(),
            },
            lang=lang,
        )
        sender = notice.company_id.partner_id
        return {
            "subject": f"【{notice.estate_id.name}】{notice.title}",
            "body_html": body,
            "email_to": self.address,
            "auto_delete": False,
            "attachment_ids": [Command.set(notice.attachment_ids.ids)],
            **({"email_from": sender.email_formatted} if sender.email else {}),
        }

    def _queue_sms(self):
        texts = self.env["sms.sms"].create(
            [
                {
                    "number": one.address,
                    "body": f"{one.notice_id.sms_text} {one.recipient_id._link()}",
                    "partner_id": one.recipient_id.partner_id.id,
                }
                for one in self
            ]
        )
        for delivery, text in zip(self, texts, strict=True):
            delivery.write({"state": "queued", "sms_id": text.id, "error": False})

    @api.model
    def _collect(self):
        """Take over what the queues for e-mail and SMS report."""
        queued = self.search([("state", "=", "queued")])
        by_channel = queued.grouped("channel")
        for channel, deliveries in by_channel.items():
            getattr(deliveries, f"_collect_{channel}")()

    def _collect_email(self):
        for delivery in self:
            mail = delivery.mail_id
            if mail.state == "sent":
                delivery._succeed()
            elif not mail or mail.state in ("exception", "cancel"):
                delivery._fail(
                    mail.failure_reason
                    or self.env._("The e-mail was taken out of the queue.")
                )
        # what is over need not stay in the technical list
        self.filtered(lambda one: one.state == "sent").mail_id.unlink()

    def _collect_sms(self):
        reasons = dict(
            self.env["sms.sms"]._fields["failure_type"]._description_selection(self.env)
        )
        for delivery in self:
            text = delivery.sms_id
            # Odoo removes what was sent, and nothing else
            if not text or text.state in ("sent", "pending"):
                delivery._succeed()
            elif text.state in ("error", "canceled"):
                delivery._fail(
                    reasons.get(text.failure_type)
                    or self.env._("The SMS was taken out of the queue.")
                )

    def _succeed(self):
        self.write({"state": "sent", "date": fields.Datetime.now(), "error": False})

    def _fail(self, error):
        self.write({"state": "failed", "date": fields.Datetime.now(), "error": error})
