import secrets

from odoo import api, fields, models
from odoo.fields import Domain


class PmNoticeRecipient(models.Model):
    """A customer who was told something, and whether they opened it.

    Frozen when the notice was published: who moves in later is no recipient, and
    who moves out stays one.
    """

    _name = "pm.notice.recipient"
    _description = "Notice Recipient"
    _order = "notice_id, property_id, id"
    _rec_name = "partner_id"

    notice_id = fields.Many2one(
        "pm.notice", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="cascade"
    )
    property_id = fields.Many2one(
        "pm.property", index="btree_not_null", ondelete="set null"
    )
    building_id = fields.Many2one(
        related="property_id.building_id", store=True, index="btree_not_null"
    )
    estate_id = fields.Many2one(
        related="notice_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="notice_id.company_id", store=True, index=True, precompute=True
    )
    phone = fields.Char(related="partner_id.phone")
    email = fields.Char(related="partner_id.email")
    access_token = fields.Char(
        required=True,
        copy=False,
        default=lambda self: secrets.token_urlsafe(12),
        groups="base.group_system",
    )
    read_date = fields.Datetime("Read on", readonly=True)
    delivery_ids = fields.One2many("pm.notice.delivery", "recipient_id", "Sending")
    state = fields.Selection(
        [
            ("portal", "Portal Only"),
            ("waiting", "Being Sent"),
            ("sent", "Sent"),
            ("failed", "Failed"),
            ("cancelled", "Not Sent"),
        ],
        compute="_compute_state",
        store=True,
        index=True,
    )
    sent_date = fields.Datetime("Sent on", compute="_compute_state", store=True)
    error = fields.Char("Problem", compute="_compute_error")

    _once = models.UniqueIndex(
        "(notice_id, partner_id)", "This customer is a recipient of the notice already."
    )
    _token_unique = models.UniqueIndex("(access_token)", "This link is taken.")

    @api.depends("delivery_ids.state", "delivery_ids.date")
    def _compute_state(self):
        for recipient in self:
            states = set(recipient.delivery_ids.mapped("state"))
            recipient.state = next(
                (
                    state
                    for state, of_delivery in (
                        ("failed", {"failed"}),
                        ("waiting", {"outgoing", "queued"}),
                        ("sent", {"sent"}),
                        ("cancelled", {"cancelled"}),
                    )
                    if states & of_delivery
                ),
                "portal",
            )
            sent = recipient.delivery_ids.filtered(lambda d: d.state == "sent")
            recipient.sent_date = max(sent.mapped("date"), default=False)

    @api.depends("delivery_ids.error", "delivery_ids.state")
    @api.depends_context("lang")
    def _compute_error(self):
        for recipient in self:
            failed = recipient.delivery_ids.filtered(lambda d: d.state == "failed")
            recipient.error = "; ".join(failed.mapped("error"))

    def _mark_read(self):
        """Note that the recipient opened the notice, the first time."""
        unread = self.filtered(lambda recipient: not recipient.read_date)
        unread._as_step().write({"read_date": fields.Datetime.now()})

    def _link(self):
        """Return the address under which this recipient, and nobody else, reads."""
        base = self.notice_id.get_base_url()
        return f"{base}/notice/{self.sudo().access_token}"

    @api.model
    def _of_user(self, user):
        """Return the domain of what ``user`` is told, personally or as a company."""
        partners = user.partner_id._pm_stands_for()
        return Domain("partner_id", "in", partners.ids) & Domain(
            "notice_id.state", "=", "published"
        )
