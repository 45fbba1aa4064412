import logging
import secrets
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import Command, api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize, split_every

from ...engine.phone import PhoneError
from ...tools import wechat

# messages that are handed over in one transaction
BATCH = 200
# channels that have no queue of Odoo's: messages leave one by one
DIRECT = ("wechat",)
# minutes after which a message is tried again that met a passing problem; together
# less than the ten in which WeChat knows a message that comes again
RETRIES = (2, 4)
# what WeChat's refusals are for who reads the list
WECHAT_PROBLEMS = {
    wechat.TEMPORARY: "wechat_unreachable",
    wechat.TOKEN: "wechat_setup",
    wechat.SETUP: "wechat_setup",
    wechat.QUOTA: "wechat_quota",
    wechat.OPENID: "wechat_openid",
    wechat.UNFOLLOWED: "wechat_unfollowed",
    wechat.DECLINED: "wechat_declined",
    wechat.OTHER: "wechat_refused",
}
# what concerns every message of the account, not the one that met it
OF_ACCOUNT = ("wechat_setup", "wechat_quota", "wechat_off")

_logger = logging.getLogger(__name__)


class PmNoticeDelivery(models.Model):
    """One message to one recipient by one channel.

    A scheduled job hands messages over to Odoo's own queues for e-mail and SMS, in
    the transaction that marks them as handed over: what a crash interrupts was
    either not handed over or is marked, and nothing goes out twice. Later runs learn
    from those queues what became of it.

    WeChat has no such queue. Each message is marked, and the mark is committed, before
    it leaves, and the answer after: of what a crash interrupts one message at most is
    in doubt. It is listed as such, and somebody decides whether it is sent again.

    A channel has methods ``_find_<channel>`` (the address of a customer) and either
    ``_queue_<channel>`` and ``_collect_<channel>``, or ``_send_<channel>``.
    """

    _name = "pm.notice.delivery"
    _description = "Notice Sending"
    _inherit = ["pm.cron.mixin"]
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
    channel = fields.Selection(
        [("email", "E-mail"), ("sms", "SMS"), ("wechat", "WeChat")], required=True
    )
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
        readonly=True,
        default="outgoing",
        index=True,
    )
    date = fields.Datetime(help="When it was sent, or failed.")
    problem = fields.Selection(
        [
            ("no_email", "No valid e-mail address."),
            ("no_phone", "No valid phone number."),
            ("several_phones", "More than one phone number in one field."),
            ("phone_note", "Not only a phone number: there are words beside it."),
            ("phone_invalid", "The phone number of nobody."),
            ("phone_landline", "A landline, which takes no texts."),
            ("no_wechat", "WeChat is not bound."),
            ("email", "The e-mail could not be sent."),
            ("email_removed", "The e-mail was taken out of the queue."),
            ("sms", "The SMS could not be sent."),
            ("sms_removed", "The SMS was taken out of the queue."),
            ("wechat_off", "The company has no WeChat account."),
            ("wechat_setup", "WeChat does not accept the account or its template."),
            ("wechat_quota", "WeChat takes no more messages today."),
            ("wechat_openid", "WeChat does not know the customer: bind WeChat anew."),
            ("wechat_unfollowed", "The customer does not follow the WeChat account."),
            ("wechat_declined", "The customer wants no messages from the account."),
            ("wechat_refused", "WeChat refused the message."),
            ("wechat_unreachable", "WeChat could not be reached."),
            (
                "interrupted",
                "Interrupted while it was being sent: it may have arrived, or not.",
            ),
            ("other", "It could not be sent."),
        ],
        "Kind of Problem",
        index="btree_not_null",
    )
    detail = fields.Char(help="What the server that should send it said.")
    sms_failure = fields.Char("SMS Failure")
    error = fields.Char("Problem", compute="_compute_error")
    tries = fields.Integer()
    retry_at = fields.Datetime("Next Try")
    message_key = fields.Char()
    mail_id = fields.Many2one("mail.mail", index="btree_not_null")
    sms_id = fields.Many2one("sms.sms", "SMS", index="btree_not_null")

    _once = models.UniqueIndex(
        "(recipient_id, channel)", "The recipient is told by this channel already."
    )

    @api.depends("problem", "detail", "sms_failure")
    @api.depends_context("lang")
    def _compute_error(self):
        """Say the problem in the language of who reads it."""
        problems = dict(self._fields["problem"]._description_selection(self.env))
        failures = dict(
            self.env["sms.sms"]._fields["failure_type"]._description_selection(self.env)
        )
        for delivery in self:
            parts = (
                failures.get(delivery.sms_failure) or problems.get(delivery.problem),
                delivery.detail,
            )
            delivery.error = " ".join(filter(None, parts))

    def _prepare(self):
        """Set messages to be sent, to today's address; without one they fail."""
        for channel, deliveries in self.grouped("channel").items():
            find = getattr(deliveries, f"_find_{channel}")
            for delivery in deliveries:
                partner = delivery.recipient_id.partner_id
                address, problem = find(partner.with_company(delivery.company_id))
                delivery._as_step().write(
                    {
                        "address": address,
                        "state": "outgoing" if address else "failed",
                        "problem": problem,
                        "detail": False,
                        "sms_failure": False,
                        "date": False if address else fields.Datetime.now(),
                        "tries": 0,
                        "retry_at": False,
                        "message_key": secrets.token_hex(8),
                        "mail_id": False,
                        "sms_id": False,
                    }
                )

    @api.model
    def _find_email(self, partner):
        """Return (address, None), or (None, the kind of problem)."""
        address = email_normalize(partner.email or "", strict=False)
        return address, None if address else "no_email"

    @api.model
    def _find_sms(self, partner):
        country = partner.country_id or partner.env.company.country_id
        try:
            phone = self._pm_read_phone(partner.phone, country)
        except PhoneError as error:
            return None, error.code
        if not phone:
            return None, "no_phone"
        return (phone.e164, None) if phone.is_mobile else (None, "phone_landline")

    @api.model
    def _find_wechat(self, partner):
        openid = partner.sudo().pm_wechat_openid
        return openid, None if openid else "no_wechat"

    # ------------------------------------------------------------------
    # The scheduled job
    # ------------------------------------------------------------------

    @api.model
    def _domain_waiting(self):
        """What can be sent now."""
        return (
            Domain("state", "=", "outgoing")
            & Domain("notice_id.state", "=", "published")
            & (
                Domain("retry_at", "=", False)
                | Domain("retry_at", "<=", fields.Datetime.now())
            )
        )

    @api.model
    def _cron_send(self):
        """Learn what became of what was handed over, then send what waits."""
        self._collect()
        self.env["ir.cron"]._commit_progress(
            0, remaining=self.search_count(self._domain_waiting())
        )
        if self._hand_over_waiting():
            self._send_waiting()

    @api.model
    def _hand_over_waiting(self):
        """Hand over what goes by a queue; return whether there is time left."""
        commit = self.env["ir.cron"]._commit_progress
        domain = self._domain_waiting() & Domain("channel", "not in", DIRECT)
        while True:
            found = self.search(domain, limit=BATCH, order="id")
            batch = found.try_lock_for_update().filtered_domain(domain)
            if not batch:
                return True
            batch._hand_over()
            if not commit(len(batch)):
                return False

    @api.model
    def _send_waiting(self):
        """Send what has no queue, each message in transactions of its own."""
        commit = self.env["ir.cron"]._commit_progress
        domain = self._domain_waiting() & Domain("channel", "in", DIRECT)
        for ids in split_every(BATCH, self.search(domain, order="id").ids):
            for delivery in self.browse(ids):
                # an error of the whole account may have failed this message meanwhile
                locked = delivery.try_lock_for_update().filtered_domain(domain)
                if not locked:
                    continue
                # committed before it leaves, so that a crash does not send it twice
                locked._as_step().state = "queued"
                commit(0)
                locked._send_alone()
                if not commit(1):
                    return

    def _send_alone(self):
        try:
            getattr(self, f"_send_{self.channel}")()
        except OperationalError:
            # rolled back, it is found interrupted by the next run
            raise
        except Exception as error:
            _logger.exception("sending message %s", self.id)
            self._fail("other", str(error))

    def _hand_over(self):
        """Put the messages in their queues; a bad one is listed and stops no other."""
        self._try_together(lambda deliveries: deliveries._queue())

    def _tell_failure(self, message):
        self._fail("other", message)

    def _queue(self):
        for channel, deliveries in self.grouped("channel").items():
            getattr(deliveries, f"_queue_{channel}")()

    def _queue_email(self):
        mails = self.env["mail.mail"].create([one._mail_values() for one in self])
        for delivery, mail in zip(self, mails, strict=True):
            delivery._as_step().write(
                {"state": "queued", "mail_id": mail.id, "problem": False}
            )
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
                    "pm_company_id": one.company_id.id,
                }
                for one in self
            ]
        )
        for delivery, text in zip(self, texts, strict=True):
            delivery._as_step().write(
                {"state": "queued", "sms_id": text.id, "problem": False}
            )

    def _send_wechat(self):
        """Send one message; what is wrong with the account settles all that wait."""
        account_sudo = self.env["pm.wechat.account"]._of_company(self.company_id)
        if not account_sudo:
            self._fail_account("wechat_off", False)
            return
        try:
            account_sudo._send(
                self.address,
                self._wechat_data(account_sudo),
                self.recipient_id._link(),
                self.message_key,
            )
        except wechat.WechatError as error:
            problem = WECHAT_PROBLEMS[error.kind]
            if error.kind == wechat.TEMPORARY and self.tries < len(RETRIES):
                self._retry_later(problem, str(error))
            elif problem in OF_ACCOUNT:
                self._fail_account(problem, str(error))
            else:
                self._fail(problem, str(error))
        else:
            self._succeed()

    def _wechat_data(self, account):
        """Return the text of each field of the account's template."""
        notice = self.notice_id
        lang = self.recipient_id.partner_id.lang or self.env.user.lang
        at = fields.Datetime.context_timestamp(
            notice.with_context(tz=notice.estate_id.tz),
            notice.date_from or notice.date_published,
        )
        texts = {
            "title": notice.title,
            "estate": notice.estate_id.name,
            "kind": notice.kind_id.with_context(lang=lang).name,
            # WeChat takes a time in this form only
            "time": f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}",
        }
        return {name: texts[what] for what, name in account._template_fields().items()}

    def _retry_later(self, problem, detail):
        """Try again in some minutes, and leave the others of the account till then."""
        retry_at = fields.Datetime.now() + timedelta(minutes=RETRIES[self.tries])
        self._as_step().write(
            {
                "state": "outgoing",
                "tries": self.tries + 1,
                "retry_at": retry_at,
                "problem": problem,
                "detail": detail,
            }
        )
        self._others_waiting().retry_at = retry_at
        cron_sudo = self.env.ref("pm_core.ir_cron_notice_send").sudo()
        cron_sudo._trigger(at=retry_at)

    def _fail_account(self, problem, detail):
        """Fail what waits for this account: an administrator acts, then resends."""
        (self | self._others_waiting())._fail(problem, detail)

    def _others_waiting(self):
        others = self.search(
            [
                ("state", "=", "outgoing"),
                ("channel", "=", self.channel),
                ("company_id", "=", self.company_id.id),
                ("notice_id.state", "=", "published"),
            ]
        )
        return (others - self).try_lock_for_update()

    @api.model
    def _collect(self):
        """Take over what the queues for e-mail and SMS report."""
        queued = self.search([("state", "=", "queued")])
        for channel, deliveries in queued.grouped("channel").items():
            if channel in DIRECT:
                # one at a time is being sent, by this job: another run was ended
                deliveries._fail("interrupted")
            else:
                getattr(deliveries, f"_collect_{channel}")()

    def _collect_email(self):
        for delivery in self:
            mail = delivery.mail_id
            if mail.state == "sent":
                delivery._succeed()
            elif not mail:
                delivery._fail("email_removed")
            elif mail.state in ("exception", "cancel"):
                delivery._fail("email", mail.failure_reason)
        # what was sent or failed need not stay in the technical list of messages
        self.filtered(lambda one: one.state == "sent").mail_id.unlink()

    def _collect_sms(self):
        for delivery in self:
            text = delivery.sms_id
            # Odoo removes what was sent, and nothing else
            if not text or text.state in ("sent", "pending"):
                delivery._succeed()
            elif text.state == "canceled" and not text.failure_type:
                delivery._fail("sms_removed")
            elif text.state in ("error", "canceled"):
                delivery._fail("sms", text.pm_reason, text.failure_type)

    def _succeed(self):
        self._as_step().write(
            {
                "state": "sent",
                "date": fields.Datetime.now(),
                "problem": False,
                "detail": False,
                "sms_failure": False,
                "retry_at": False,
            }
        )

    def _fail(self, problem, detail=False, sms_failure=False):
        """List messages as failed.

        :param problem: a value of ``problem``, said to each reader in their language
        :param detail: what the other side said, as it said it
        """
        self._as_step().write(
            {
                "state": "failed",
                "date": fields.Datetime.now(),
                "problem": problem,
                "detail": detail,
                "sms_failure": sms_failure,
                "retry_at": False,
            }
        )
