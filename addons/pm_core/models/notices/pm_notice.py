from datetime import time, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...engine.recurrence import moment

# What was approved: locked from then on, so that residents read what was agreed.
CONTENT = {
    "title",
    "body",
    "kind_id",
    "estate_id",
    "property_ids",
    "attachment_ids",
    "date_from",
    "date_to",
    "date_planned",
    "sms_text",
    "to_owner",
    "to_tenant",
    "to_family",
    "to_developer",
    "to_other",
}
LOCKED = ("scheduled", "published", "cancelled")


class PmNotice(models.Model):
    """Something that the residents of an estate, or of parts of it, are told.

    Written by staff, approved by the levels that administrators define, and then
    published, at once or at the moment that was chosen: who holds a property in
    scope on that day is frozen as a recipient. It is on the residents' portal then;
    messages are sent by a scheduled job afterwards, so that publishing never waits
    for them.

    Another channel adds a field ``by_<channel>``, a value to the selection of
    ``pm.notice.delivery.channel`` and its methods there.
    """

    _name = "pm.notice"
    _pm_copyable = True
    _description = "Notice"
    _inherit = [
        "pm.scope.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "pm.approval.mixin",
        "pm.cron.mixin",
        "pm.event.mixin",
    ]
    _order = "date_published desc, id desc"
    _rec_names_search = ["name", "title"]
    _check_company_auto = True
    _state_to = ["published", "scheduled"]

    name = fields.Char("Number", readonly=True, copy=False, index="trigram")
    title = fields.Char("Subject", required=True, tracking=True)
    kind_id = fields.Many2one(
        "pm.notice.kind", required=True, index=True, ondelete="restrict"
    )
    estate_id = fields.Many2one(
        default=lambda self: self.env["pm.property"]._only_estate()
    )
    property_ids = fields.Many2many(
        "pm.property",
        "pm_notice_property_rel",
        "notice_id",
        "property_id",
        "Only For",
        domain="[('id', 'child_of', estate_id), ('kind', '!=', 'estate')]",
        help="Buildings, entrances or units that are concerned, with all their parts; "
        "empty: the whole estate.",
    )
    by_email = fields.Boolean(
        "By E-mail", compute="_compute_channels", store=True, readonly=False
    )
    by_sms = fields.Boolean(
        "By SMS", compute="_compute_channels", store=True, readonly=False
    )
    by_wechat = fields.Boolean(
        "By WeChat", compute="_compute_channels", store=True, readonly=False
    )
    wechat_offered = fields.Boolean("WeChat Offered", compute="_compute_wechat_offered")
    body = fields.Html("Text", required=True)
    sms_text = fields.Char(
        "Text of the SMS",
        compute="_compute_sms_text",
        store=True,
        readonly=False,
        help="A link to the notice is added.",
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Attachments", copy=False)
    date_from = fields.Datetime("Concerns From", help="For example of a water cut.")
    date_to = fields.Datetime("Concerns To")
    date_expiry = fields.Date(
        "Shown Until",
        compute="_compute_date_expiry",
        store=True,
        readonly=False,
        copy=False,
        help="Last day on which the notice is current; empty: without an end.",
    )
    expires_at = fields.Datetime(
        compute="_compute_expires_at",
        store=True,
        index="btree_not_null",
    )
    user_id = fields.Many2one(
        "res.users", "Written by", default=lambda self: self.env.user, tracking=True
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("approval", "In Approval"),
            ("scheduled", "To Be Published"),
            ("published", "Published"),
            ("cancelled", "Taken Back"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
        tracking=True,
    )
    is_expired = fields.Boolean(
        "Expired", compute="_compute_is_expired", search="_search_is_expired"
    )

    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_from IS NULL OR date_to >= date_from)",
        "What the notice is about cannot end before it begins.",
    )
    _name_unique = models.UniqueIndex(
        "(company_id, name) WHERE name IS NOT NULL", "This notice number is taken."
    )

    @api.depends("name", "title")
    def _compute_display_name(self):
        for notice in self:
            notice.display_name = " ".join(filter(None, (notice.name, notice.title)))

    @api.depends("kind_id", "company_id")
    def _compute_channels(self):
        for notice in self:
            notice.by_email = notice.kind_id.by_email
            notice.by_sms = notice.kind_id.by_sms
            notice.by_wechat = notice.kind_id.by_wechat and notice.wechat_offered

    @api.depends("company_id")
    def _compute_wechat_offered(self):
        accounts_sudo = self.env["pm.wechat.account"].sudo()
        companies = accounts_sudo.search(
            [("company_id", "in", self.company_id.ids)]
        ).company_id
        for notice in self:
            notice.wechat_offered = notice.company_id in companies

    @api.depends("title", "estate_id")
    def _compute_sms_text(self):
        for notice in self:
            notice.sms_text = f"【{notice.estate_id.name or ''}】{notice.title or ''}"

    @api.depends("kind_id", "date_published")
    def _compute_date_expiry(self):
        for notice in self:
            if notice.date_expiry or not (
                notice.date_published and notice.kind_id.days
            ):
                notice.date_expiry = notice.date_expiry
                continue
            days = timedelta(days=notice.kind_id.days)
            notice.date_expiry = notice._today() + days

    @api.depends("date_expiry", "estate_id.tz")
    def _compute_expires_at(self):
        """The end of the last day where the estate is."""
        for notice in self:
            notice.expires_at = notice.date_expiry and moment(
                notice.date_expiry + timedelta(days=1),
                time.min,
                notice.estate_id._zone(),
            )

    @api.depends("expires_at")
    def _compute_is_expired(self):
        now = fields.Datetime.now()
        for notice in self:
            notice.is_expired = bool(notice.expires_at and notice.expires_at <= now)

    def _search_is_expired(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("expires_at", "<=", fields.Datetime.now())

    @api.model_create_multi
    def create(self, vals_list):
        notices = super().create(vals_list)
        notices._own_attachments()
        return notices

    def write(self, vals):
        if not self.env.su:
            self._check_write(vals)
        result = super().write(vals)
        if "attachment_ids" in vals:
            self._own_attachments()
        return result

    def _check_write(self, vals):
        """What was published is not changed, nor what waits for it."""
        fixed = CONTENT | {
            f"by_{channel}"
            for channel in self.env["pm.notice.delivery"]
            ._fields["channel"]
            .get_values(self.env)
        }
        changed = fixed & vals.keys()
        for notice in self:
            if changed and notice.state == "scheduled":
                raise UserError(
                    self.env._(
                        "%(notice)s was approved and waits for its publication. Take "
                        "it back to draft, change it, and submit it again.",
                        notice=notice.display_name,
                    )
                )
            if changed and notice.state in LOCKED:
                raise UserError(
                    self.env._(
                        "%(notice)s was published and its residents have been told. "
                        "Take it back and write a new one instead of changing it.",
                        notice=notice.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        for notice in self:
            if notice.date_published:
                raise UserError(
                    self.env._(
                        "%(notice)s was published and stays on file. Take it back "
                        "instead of deleting it.",
                        notice=notice.display_name,
                    )
                )

    def _own_attachments(self):
        """Files belong to the notice, so that who reads it can read them."""
        for notice in self:
            loose = notice.attachment_ids.sudo().filtered(lambda file: not file.res_id)
            loose.write({"res_model": self._name, "res_id": notice.id})

    def _channels(self):
        """Return the channels besides the portal that were chosen."""
        channels = (
            self.env["pm.notice.delivery"]._fields["channel"].get_values(self.env)
        )
        return [channel for channel in channels if self[f"by_{channel}"]]

    def _today(self):
        """Return the day that it is at the estate now."""
        return self.estate_id._today()
