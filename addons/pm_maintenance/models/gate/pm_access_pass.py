import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.pm_core.tools.qr import data_url

from .gate_roles import plate_key

KINDS = [
    ("visitor", "Visitor"),
    ("contractor", "Contractor"),
    ("vehicle", "Vehicle"),
    ("goods", "Goods Leaving"),
]
STATES = [
    ("draft", "Draft"),
    ("asked", "Waiting for Confirmation"),
    ("confirmed", "Confirmed"),
    ("refused", "Refused"),
    ("cancelled", "Cancelled"),
]
# what was agreed: nobody changes it afterwards under the name of who agreed
AGREED = (
    "kind",
    "property_id",
    "host_id",
    "visitor_name",
    "visitor_phone",
    "firm",
    "plate",
    "people",
    "purpose",
    "goods",
    "valid_from",
    "valid_to",
    "entries",
)


class PmAccessPass(models.Model):
    """Who, or what, may go through the gates of an estate, from when to when.

    A host asks for it on the portal, or staff enter it and the host confirms. The
    code on it is a secret that the gate reads; guards find a pass by number, plate
    or name as well.
    """

    _name = "pm.access.pass"
    _description = "Access Pass"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "pm.estate.mixin",
        "pm.state.mixin",
        "pm.cron.mixin",
    ]
    _order = "valid_from desc, id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "visitor_name", "plate"]
    _check_company_auto = True
    _user_columns = dict.fromkeys(AGREED, ("draft",)) | {
        "reason": ("draft", "asked", "confirmed")
    }

    number = fields.Char(readonly=True, copy=False, index="trigram")
    kind = fields.Selection(KINDS, required=True, default="visitor")
    property_id = fields.Many2one(
        string="Place",
        check_company=True,
        help="Where the visitor goes, or what the goods are taken from.",
    )
    host_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        ondelete="restrict",
        help="Who expects the visitor, or moves out.",
    )
    visitor_name = fields.Char("Full Name", index="trigram")
    visitor_phone = fields.Char("Telephone")
    firm = fields.Char()
    plate = fields.Char("License Plate")
    plate_key = fields.Char(
        compute="_compute_plate_key", store=True, index="btree_not_null"
    )
    people = fields.Integer("Number of People", default=1, required=True)
    purpose = fields.Char()
    goods = fields.Text(help="What is taken out, piece by piece.")
    photo_ids = fields.Many2many(
        "ir.attachment",
        "pm_access_pass_photo_rel",
        "pass_id",
        "attachment_id",
        "Photos",
        copy=False,
    )
    order_id = fields.Many2one(
        "maintenance.request",
        "Work Order",
        index="btree_not_null",
        ondelete="set null",
        domain="[('property_id', '!=', False)]",
        help="What the contractor comes for.",
    )
    valid_from = fields.Datetime(required=True, default=fields.Datetime.now, index=True)
    valid_to = fields.Datetime(
        "Valid until",
        required=True,
        index=True,
        default=lambda self: fields.Datetime.add(fields.Datetime.now(), hours=12),
    )
    entries = fields.Integer(
        "Entries Allowed",
        default=1,
        required=True,
        help="How often it may be used; 0 as often as one likes while it is valid.",
    )
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
        tracking=True,
    )
    source = fields.Selection(
        [("desk", "Staff"), ("portal", "Host on the Portal")],
        "Entered by",
        readonly=True,
        default="desk",
    )
    token = fields.Char(
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="The secret in the code that the visitor shows.",
    )
    asked_at = fields.Datetime("Asked on", readonly=True, copy=False)
    confirmed_at = fields.Datetime("Confirmed on", readonly=True, copy=False)
    confirmed_by = fields.Char("Confirmed by", readonly=True, copy=False)
    confirmed_how = fields.Selection(
        [
            ("portal", "On the Portal"),
            ("phone", "By Telephone"),
            ("paper", "On Paper"),
        ],
        readonly=True,
        copy=False,
    )
    reason = fields.Char(
        "Reason Given",
        copy=False,
        help="Why it is refused or cancelled; or who said yes, and at which number.",
    )
    warning = fields.Text(
        readonly=True, copy=False, help="What was open when the goods were let go."
    )
    log_ids = fields.One2many("pm.gate.log", "pass_id", "Gate Log", readonly=True)
    entry_count = fields.Integer(
        "Used", readonly=True, copy=False, help="How often it was used."
    )
    is_inside = fields.Boolean("Inside", readonly=True, copy=False, index=True)
    moved_at = fields.Datetime("Last Seen at a Gate", readonly=True, copy=False)
    is_used_up = fields.Boolean(compute="_compute_is_used_up", store=True)
    is_overstay = fields.Boolean(
        "Overstays",
        compute="_compute_is_overstay",
        search="_search_is_overstay",
        help="Is inside although the pass has ended.",
    )
    overstay_told_at = fields.Datetime(readonly=True, copy=False)
    validity = fields.Selection(
        [
            ("none", "Not Confirmed"),
            ("early", "Not Yet"),
            ("valid", "Valid"),
            ("used", "Used Up"),
            ("expired", "Expired"),
        ],
        compute="_compute_validity",
    )
    forgotten_at = fields.Datetime(
        "Personal Data Removed on", readonly=True, copy=False
    )

    _number_unique = models.UniqueIndex(
        "(company_id, number) WHERE number IS NOT NULL", "This number is taken."
    )
    _token_unique = models.UniqueIndex("(token) WHERE token IS NOT NULL")
    _times_in_order = models.Constraint(
        "CHECK (valid_to > valid_from)", "A pass ends after it begins."
    )
    _counts_sound = models.Constraint(
        "CHECK (entries >= 0 AND people > 0 AND people < 1000 AND entries < 10000)",
        "A pass is for one person at least, and its entries are no negative number.",
    )
    _expected_idx = models.Index(
        "(estate_id, valid_to) WHERE state = 'confirmed' AND NOT is_used_up"
    )

    @api.depends("plate")
    def _compute_plate_key(self):
        for one in self:
            one.plate_key = plate_key(one.plate) or False

    @api.depends("entries", "entry_count")
    def _compute_is_used_up(self):
        for one in self:
            one.is_used_up = bool(one.entries and one.entry_count >= one.entries)

    @api.depends("is_inside", "valid_to")
    def _compute_is_overstay(self):
        now = fields.Datetime.now()
        for one in self:
            one.is_overstay = bool(
                one.is_inside and one.valid_to and one.valid_to < now
            )

    def _search_is_overstay(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._domain_overstay()

    @api.model
    def _domain_overstay(self):
        return Domain("is_inside", "=", True) & Domain(
            "valid_to", "<", fields.Datetime.now()
        )

    @api.depends("state", "valid_from", "valid_to", "is_used_up")
    def _compute_validity(self):
        now = fields.Datetime.now()
        for one in self:
            if one.state != "confirmed":
                one.validity = "none"
            elif one.valid_to and one.valid_to < now:
                one.validity = "expired"
            elif one.is_used_up:
                one.validity = "used"
            elif one.valid_from and one.valid_from > now:
                one.validity = "early"
            else:
                one.validity = "valid"

    @api.depends("number", "visitor_name", "plate", "kind")
    def _compute_display_name(self):
        for one in self:
            who = one.visitor_name or one.plate
            one.display_name = " ".join(filter(None, (one.number, who)))

    @api.constrains("kind", "visitor_name", "plate", "goods", "forgotten_at")
    def _check_says_for_whom(self):
        """A pass says for whom or what it is; else the gate lets anything through."""
        needed = {"vehicle": "plate", "goods": "goods"}
        for one in self:
            field = needed.get(one.kind, "visitor_name")
            if not (one[field] or "").strip() and not one.forgotten_at:
                raise ValidationError(
                    self.env._(
                        "%(number)s: “%(field)s” is missing. Enter it.",
                        number=one.number or self.env._("New pass"),
                        field=one._fields[field]._description_string(self.env),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        passes = super().create(vals_list)
        for one in passes:
            code = self.env["ir.sequence"].sudo().with_company(one.company_id)
            one.sudo()._as_step().number = code.next_by_code("pm.access.pass")
        return passes

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        for one in self:
            if one.state != "draft":
                raise UserError(
                    self.env._(
                        "%s stays on record. Cancel it if it is not needed any more.",
                        one.display_name,
                    )
                )

    # the code

    def _provide_token(self):
        for one in self.sudo().filtered(lambda one: not one.token):
            one._as_step().token = secrets.token_urlsafe(18)

    def _url(self):
        """The address in the code; for code of ours that knows who asks."""
        self.ensure_one()
        return f"{self.get_base_url()}/pass/{self.sudo().token}"

    def _code_picture(self):
        """The code as a data URL, so that the page fetches nothing for it."""
        self.ensure_one()
        return data_url(self._url(), size=7, border=2)

    @api.model
    def _by_token(self, token):
        """The pass of a code, of whatever estate, as superuser; none for nonsense."""
        known = self.sudo()
        if not isinstance(token, str) or not 16 <= len(token) <= 64:
            return known.browse()
        return known.search([("token", "=", token)], limit=1)
