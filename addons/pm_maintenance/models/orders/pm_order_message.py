import logging
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import plaintext2html

from odoo.addons.pm_core.tools import wechat

_logger = logging.getLogger(__name__)

# recipients whose messages one run of the job sends at most
RECIPIENTS = 200
# news of the same work, of which the last one says it all
PROGRESS = ("accept", "travel", "pause", "resume", "redo", "urge")


class PmOrderMessage(models.Model):
    """What somebody outside is told about an order: one message for each change.

    Steps only put it down here. A job sends what is due, and whatever else waits for
    the same recipient goes along in the same message: ten reports on one evening, or a
    pause and its end, are not ten messages. What was sent, by which way, and what could
    not be sent stays on the order.
    """

    _name = "pm.order.message"
    _description = "Message about an Order"
    _order = "id desc"
    _rec_name = "text"

    request_id = fields.Many2one(
        "maintenance.request", "Order", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="request_id.company_id", store=True, index=True, precompute=True
    )
    partner_id = fields.Many2one(
        "res.partner", "To", index="btree_not_null", ondelete="set null"
    )
    kind = fields.Selection(
        [
            ("report", "Received"),
            ("accept", "Taken on"),
            ("travel", "On the Way"),
            ("pause", "Paused"),
            ("resume", "Goes on"),
            ("urge", "Asked Again"),
            ("quote", "Cost"),
            ("done", "Done"),
            ("redo", "To Be Redone"),
            ("cancel", "Cancelled"),
            ("merge", "Merged"),
            ("rate", "How Was It"),
            ("given", "Given to the Contractor"),
        ],
        "What",
        required=True,
    )
    text = fields.Text(required=True)
    channel = fields.Selection(
        [("email", "E-mail"), ("sms", "SMS"), ("wechat", "WeChat")], "By"
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
    problem = fields.Char(readonly=True)

    _waiting_idx = models.Index("(due_at) WHERE state = 'outgoing'")
    _recipient_idx = models.Index(
        "(company_id, channel, address) WHERE state = 'outgoing'"
    )

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
                _logger.exception("message about order %s", said[0].request_id.id)
            said._as_step().write(
                {"state": "failed", "sent_at": False, "problem": str(error)[:200]}
            )

    def _worth_saying(self):
        """Without news that a later one of the same order has overtaken."""
        last = {
            one.request_id: one.id for one in self.sorted("id") if one.kind in PROGRESS
        }
        final = {one.request_id for one in self if one.kind in ("done", "cancel")}
        return self.filtered(
            lambda one: (
                one.kind not in PROGRESS
                or (one.id == last[one.request_id] and one.request_id not in final)
            )
        )

    def _joined(self):
        return "\n".join(one._said() for one in self.sorted("id"))

    def _said(self):
        """The text as it leaves. Secret links are added here: what stays on the order
        is read by staff, who do not answer for the customer."""
        if self.kind != "rate":
            return self.text
        order = self.request_id
        return f"{self.text} {order.get_base_url()}/order/rate/{order.rate_token}"

    def _send_email(self, text):
        """In the thread of the order, so that an answer stays with it; with a secret
        link as a mail of its own, which nobody else sees."""
        order, partner = self[0].request_id, self[0].partner_id
        if "rate" in self.mapped("kind"):
            sender = order.company_id.partner_id
            self.env["mail.mail"].create(
                {
                    "subject": order.display_name,
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
        order.with_context(mail_notify_author=True).message_post(
            body=text,
            subject=order.display_name,
            subtype_xmlid="mail.mt_comment",
            author_id=order.company_id.partner_id.id,
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
        order = self[0].request_id
        account = self.env["pm.wechat.account"]._of_company(order.company_id)
        if not account:
            raise UserError(self.env._("The company has no WeChat account."))
        at = fields.Datetime.context_timestamp(
            order.with_context(tz=order.estate_id.tz), fields.Datetime.now()
        )
        words = {
            "title": text.splitlines()[-1],
            "estate": order.estate_id.name,
            "kind": order.number,
            "time": f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}",
        }
        account._send(
            self[0].address,
            {name: words[what] for what, name in account._template_fields().items()},
            f"{order.get_base_url()}/my/repairs/{order.id}",
            f"order-{self[0].id}",
        )

    @api.autovacuum
    def _gc_covered(self):
        """What was overtaken before it was sent says nothing after a month."""
        month = fields.Datetime.now() - timedelta(days=30)
        self.sudo().search(
            [("state", "=", "covered"), ("create_date", "<", month)], limit=10_000
        ).unlink()
