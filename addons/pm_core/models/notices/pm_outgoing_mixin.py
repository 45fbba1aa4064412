import logging
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import plaintext2html

from ...tools import wechat

_logger = logging.getLogger(__name__)

# minutes until WeChat is asked again that was not there
WAITS = (2, 5, 15, 60, 240, 720)
# what says that nobody was there, or has time for us
PASSING = (wechat.TEMPORARY, wechat.QUOTA)
# what says that this person is not reached so, however often we try
GONE = (wechat.OPENID, wechat.UNFOLLOWED, wechat.DECLINED)

# recipients whose messages one run of the job sends at most
RECIPIENTS = 200


class PmOutgoingMixin(models.AbstractModel):
    """What somebody outside is told about a document: one message for each change.

    Steps only put it down here. A job sends what is due, and whatever else waits for
    the same recipient goes along in the same message. What was sent, by which way, and
    what could not be sent stays with the document.

    A model names in ``_document`` its many2one to the document, which has
    ``number``, ``estate_id``, ``company_id`` and a thread, and has ``kind`` and
    ``company_id`` of its own. Messages of one recipient are found by
    ``(company_id, channel, address)``: each model has an index over these.
    """

    _name = "pm.outgoing.mixin"
    _description = "Message That Leaves the House"
    _document = None

    partner_id = fields.Many2one(
        "res.partner", "Recipient", index="btree_not_null", ondelete="set null"
    )
    text = fields.Text(required=True)
    channel = fields.Selection(
        [("email", "E-mail"), ("sms", "SMS"), ("wechat", "WeChat")], "Way"
    )
    address = fields.Char()
    due_at = fields.Datetime("To Be Sent from", required=True)
    state = fields.Selection(
        [
            ("outgoing", "To Be Sent"),
            ("sent", "Sent"),
            ("covered", "Said by a Later One"),
            ("failed", "Failed"),
            ("unreachable", "No Address"),
        ],
        required=True,
        default="outgoing",
        readonly=True,
    )
    sent_at = fields.Datetime(readonly=True)
    tries = fields.Integer(readonly=True)
    problem = fields.Char("What Went Wrong", readonly=True)

    @api.model
    def _cron_send(self):
        """Send what is due, one message for each recipient."""
        commit = self.env["ir.cron"]._commit_progress
        due = Domain("state", "=", "outgoing") & Domain(
            "due_at", "<=", fields.Datetime.now()
        )
        recipients = self._read_group(
            due, ["company_id", "channel", "address"], limit=RECIPIENTS + 1
        )
        commit(remaining=len(recipients))
        for company, channel, address in recipients[:RECIPIENTS]:
            waiting = self.search(
                Domain("state", "=", "outgoing")
                & Domain("company_id", "=", company.id)
                & Domain("channel", "=", channel)
                & Domain("address", "=", address),
                order="id",
            ).try_lock_for_update()
            if waiting:
                waiting._send_together()
            if not commit(1):
                return

    def _send_together(self):
        """One message of all of these, which have one recipient."""
        said = self._worth_saying()
        (self - said)._as_step().state = "covered"
        said._as_step().write({"state": "sent", "sent_at": fields.Datetime.now()})
        try:
            with self.env.cr.savepoint():
                getattr(said, f"_send_{said[0].channel}")(said._joined())
        except OperationalError:
            raise
        except Exception as error:
            if not isinstance(error, (UserError, wechat.WechatError)):
                _logger.exception("message about %s", said[0]._about())
            said._not_sent(error)

    def _not_sent(self, error):
        """Wait for a platform that is not there, longer each time; whom it does not
        reach is told by another way; else it failed."""
        if isinstance(error, wechat.WechatError) and error.kind in GONE:
            if other := self[0]._other_way():
                channel, address = other
                self._as_step().write(
                    {
                        "channel": channel,
                        "address": address,
                        "state": "outgoing",
                        "sent_at": False,
                        "due_at": fields.Datetime.now(),
                        "problem": str(error)[:200],
                    }
                )
                return
        tries = max(self.mapped("tries"))
        values = {"state": "failed", "sent_at": False, "problem": str(error)[:200]}
        passes = isinstance(error, wechat.WechatError) and error.kind in PASSING
        if passes and tries < len(WAITS):
            values |= {
                "state": "outgoing",
                "tries": tries + 1,
                "due_at": fields.Datetime.now() + timedelta(minutes=WAITS[tries]),
            }
        self._as_step().write(values)

    def _other_way(self):
        """(channel, address) of the recipient besides WeChat, or None.

        Known where somebody told us of the document, who may have left telephone or
        e-mail with it.
        """
        document, partner = self._about(), self.partner_id
        if not isinstance(document, self.env.registry["pm.reported.mixin"]):
            return None
        own = partner == document.partner_id
        for way in ("sms", "email"):
            if way in document._ways_of_companies()[document.company_id]:
                address = document._address_of(
                    way,
                    partner,
                    own and document.reporter_email,
                    own and document.reporter_phone,
                )
                if address:
                    return way, address
        return None

    # what a model may know better

    def _about(self):
        """The document."""
        return self[self._document]

    def _worth_saying(self):
        """Without news that a later one has overtaken."""
        return self

    def _said(self):
        """The text as it leaves. Secret links are added here: what stays on the
        document is read by staff, who do not answer for the customer."""
        return self.text

    def _is_secret(self):
        """Whether it has a secret link, which nobody else in the thread may see."""
        return False

    def _page(self):
        """Address of the page on which the recipient sees the document."""
        return self._about().get_base_url()

    # sending

    def _joined(self):
        return "\n".join(one._said() for one in self.sorted("id"))

    def _send_email(self, text):
        """In the thread of the document, so that an answer stays with it; with a
        secret link as a mail of its own, which nobody else sees."""
        document, partner = self[0]._about(), self[0].partner_id
        secret = self.filtered(lambda one: one._is_secret())
        if secret and secret != self:
            # the answer belongs to the thread, whatever else goes to the same person
            for part in (self - secret, secret):
                part._send_email(part._joined())
            return
        if secret:
            sender = document.company_id.partner_id
            self.env["mail.mail"].create(
                {
                    "subject": document.display_name,
                    "body_html": plaintext2html(text),
                    "email_to": self[0].address,
                    "auto_delete": True,
                    **({"email_from": sender.email_formatted} if sender.email else {}),
                }
            )
            return
        to = (
            {"partner_ids": partner.ids}
            if partner.email_normalized == self[0].address
            else {"outgoing_email_to": self[0].address}
        )
        document.with_context(mail_notify_author=True).message_post(
            body=text,
            subject=document.display_name,
            subtype_xmlid="mail.mt_comment",
            author_id=document.company_id.partner_id.id,
            **to,
        )

    def _send_sms(self, text):
        self.env["sms.sms"].create(
            {
                "number": self[0].address,
                "body": text,
                "partner_id": self[0].partner_id.id,
                "pm_company_id": self[0].company_id.id,
            }
        )

    def _send_wechat(self, text):
        """By the template of notices, which is what the account has."""
        document = self[0]._about()
        account = self.env["pm.wechat.account"]._of_company(document.company_id)
        if not account:
            raise UserError(self.env._("The company has no WeChat account."))
        at = fields.Datetime.context_timestamp(
            document.with_context(tz=document.estate_id.tz), fields.Datetime.now()
        )
        words = {
            "title": text.splitlines()[-1],
            "estate": document.estate_id.name,
            "kind": document.number,
            "time": f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}",
        }
        account._send(
            self[0].address,
            {name: words[what] for what, name in account._template_fields().items()},
            self[0]._page(),
            f"{self._name.split('.')[1]}-{self[0].id}",
        )

    @api.autovacuum
    def _gc_covered(self):
        """What was overtaken before it was sent says nothing after a month."""
        if self._abstract:
            # Odoo asks the mixin too, which has no messages
            return
        month = fields.Datetime.now() - timedelta(days=30)
        self.sudo().search(
            [("state", "=", "covered"), ("create_date", "<", month)], limit=10_000
        ).unlink()
