import hashlib
import hmac
import json
import secrets
import time
import uuid

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from odoo.addons.pm_core.tools import outgoing

from .pm_event_listener import NotNow, Refused

# answers that say "later" and not "never"
LATER = {408, 425, 429}


def signature(secret, timestamp, body):
    """What ``X-PM-Signature`` says of a message; see docs/api.md.

    :param str timestamp: as in ``X-PM-Timestamp``
    :param bytes body:
    """
    signed = timestamp.encode() + b"." + body
    return "sha256=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


class PmWebhook(models.Model):
    """Another system that is told what happens, by HTTPS, signed."""

    _name = "pm.webhook"
    _description = "Webhook"
    _inherit = ["pm.event.listener"]
    _delivery_field = "webhook_id"

    url = fields.Char(
        "Address", required=True, help="Begins with https:// and is not in our network."
    )
    allow_inside = fields.Boolean(
        "In Our Own Network",
        help="Lets messages go to machines of our own network. For administrators of "
        "the whole system only: the server can reach what others cannot.",
    )
    secret = fields.Char(
        readonly=True,
        copy=False,
        default=lambda self: secrets.token_urlsafe(32),
        groups="pm_core.group_pm_admin",
        help="With it the other system sees that a message is ours.",
    )
    delivery_ids = fields.One2many("pm.event.delivery", "webhook_id", "Messages Sent")

    @api.constrains("url", "allow_inside")
    def _check_url(self):
        for webhook in self:
            try:
                outgoing.split(webhook.url, webhook.allow_inside)
            except outgoing.AddressRefused as error:
                raise ValidationError(webhook._why_refused(error)) from None

    def _why_refused(self, error):
        if error.reason == "inside":
            return self.env._(
                "%s: the address is in our own network. Only an administrator of the "
                "whole system can allow that.",
                self.name,
            )
        return self.env._(
            "%s: enter an address that begins with https:// and has no user name in "
            "it.",
            self.name,
        )

    @api.model_create_multi
    def create(self, vals_list):
        webhooks = super().create(vals_list)
        # whatever it comes from: a default of the client's context counts too
        if any(webhooks.mapped("allow_inside")):
            self._check_may_allow_inside()
        return webhooks

    def write(self, vals):
        # what was allowed for one address is not allowed for the next
        moves = "url" in vals and any(self.mapped("allow_inside"))
        if vals.get("allow_inside") or moves:
            self._check_may_allow_inside()
        return super().write(vals)

    def _check_may_allow_inside(self):
        """:raises AccessError: the user does not administer the whole system"""
        if not self.env.is_system():
            raise AccessError(
                self.env._(
                    "Addresses in our own network are allowed and changed by an "
                    "administrator of the whole system."
                )
            )

    def action_new_secret(self):
        """Another secret; what is sent from now on is signed with it."""
        self.check_access("write")
        for webhook in self:
            webhook.sudo()._as_step().secret = secrets.token_urlsafe(32)

    def _told_of(self, record, kind, key, why):
        lang = self.company_id.partner_id.lang or self.env.lang
        reader = record.with_context(lang=lang)
        return reader._event_json(kind, key, why, self.with_details)

    def _post(self, deliveries):
        return self._call(deliveries.event_id.code, deliveries.key, deliveries.body)

    def _post_test(self):
        key = str(uuid.uuid4())
        body = {
            "id": key,
            "event": "test",
            "at": f"{fields.Datetime.now().isoformat()}Z",
        }
        return self._call("test", key, json.dumps(body))

    def _call(self, event, key, body):
        stamp, body = str(int(time.time())), body.encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "X-PM-Event": event,
            "X-PM-Delivery": key,
            "X-PM-Timestamp": stamp,
            "X-PM-Signature": signature(self.sudo().secret, stamp, body),
        }
        try:
            code, answer = outgoing.post(self.url, body, headers, self.allow_inside)
        except outgoing.AddressRefused as error:
            raise NotNow(self._why_refused(error)) from None
        except outgoing.Unreachable as error:
            raise NotNow(self.env._("Nobody answers: %s", error)) from None
        if code < 300:
            return code, answer
        reason = f"HTTP {code}: {answer[:150]}"
        may_come = code < 400 or code >= 500 or code in LATER
        raise NotNow(reason) if may_come else Refused(reason)
