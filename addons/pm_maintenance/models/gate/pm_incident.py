from odoo import api, fields, models
from odoo.exceptions import UserError

from .pm_incident_type import LEVELS

# what the one who was there wrote down is not rewritten by others later
FACTS = (
    "type_id",
    "property_id",
    "place_detail",
    "happened_at",
    "description",
    "damage",
    "damage_amount",
    "photo_ids",
)
HANDLED = ("draft", "reported", "handling")


class PmIncident(models.Model):
    """What happened at an estate, who was concerned, and what was done about it."""

    _name = "pm.incident"
    _description = "Incident Report"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "pm.estate.mixin",
        "pm.state.mixin",
    ]
    _order = "happened_at desc, id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "description"]
    _check_company_auto = True
    _user_columns = dict.fromkeys(FACTS, ("draft",)) | dict.fromkeys(
        (
            "level",
            "measures",
            "police_called",
            "police_number",
            "police_note",
            "user_id",
            "cause",
            "result",
        ),
        HANDLED,
    )

    number = fields.Char(readonly=True, copy=False, index="trigram")
    type_id = fields.Many2one("pm.incident.type", required=True, ondelete="restrict")
    instruction = fields.Text(related="type_id.instruction")
    level = fields.Selection(
        LEVELS,
        compute="_compute_level",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    property_id = fields.Many2one(string="Place", check_company=True)
    place_detail = fields.Char("Where Exactly")
    happened_at = fields.Datetime(
        "When", required=True, default=fields.Datetime.now, index=True
    )
    reporter_id = fields.Many2one(
        "res.users",
        "Handed in by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        index=True,
    )
    post_id = fields.Many2one(
        "pm.duty.post",
        "Duty Post",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        default=lambda self: self._default_post(),
    )
    description = fields.Text("What Happened", required=True)
    photo_ids = fields.Many2many(
        "ir.attachment",
        "pm_incident_photo_rel",
        "incident_id",
        "attachment_id",
        "Photos",
        copy=False,
    )
    person_ids = fields.One2many("pm.incident.person", "incident_id", "People")
    person_count = fields.Integer(
        "Number of People", compute="_compute_person_count", compute_sudo=True
    )
    damage = fields.Text()
    currency_id = fields.Many2one(related="company_id.currency_id")
    damage_amount = fields.Monetary("Damage, Estimated")
    police_called = fields.Boolean()
    police_number = fields.Char(copy=False)
    police_note = fields.Char(
        "Police: Station, Officer", help="Or why they were not called."
    )
    measures = fields.Text("What Was Done")
    cause = fields.Text()
    result = fields.Text(copy=False)
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        index="btree_not_null",
        domain="[('share', '=', False)]",
        tracking=True,
    )
    action_ids = fields.One2many("pm.incident.action", "incident_id", "Follow-up")
    open_action_count = fields.Integer(compute="_compute_open_action_count")
    order_ids = fields.One2many(
        "maintenance.request", "incident_id", "Work Orders", readonly=True
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("reported", "Handed In"),
            ("handling", "Being Handled"),
            ("closed", "Closed"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
        tracking=True,
    )
    reported_at = fields.Datetime("Reported on", readonly=True, copy=False)
    handled_by_id = fields.Many2one(
        "res.users",
        "Taken on by",
        readonly=True,
        copy=False,
        help="Another manager closes it, whoever is named as responsible by then.",
    )
    closed_at = fields.Datetime("Closed on", readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", "Closed by", readonly=True, copy=False)

    _number_unique = models.UniqueIndex(
        "(company_id, number) WHERE number IS NOT NULL", "This number is taken."
    )
    _damage_sound = models.Constraint(
        "CHECK (damage_amount IS NULL OR damage_amount >= 0)",
        "There is no negative damage.",
    )

    def _default_post(self):
        duty = self.env["pm.duty.post"]._duty_now()[:1]
        return duty.post_id.with_env(self.env)

    @api.depends("type_id")
    def _compute_level(self):
        for incident in self:
            incident.level = incident.type_id.level or incident.level or "minor"

    @api.depends("person_ids")
    def _compute_person_count(self):
        """Counted by a query: what is read as superuser would stay in the cache."""
        counts = dict(
            self.env["pm.incident.person"]._read_group(
                [("incident_id", "in", self.ids)], ["incident_id"], ["__count"]
            )
        )
        for incident in self:
            incident.person_count = counts.get(incident._origin, 0)

    @api.depends("action_ids.done_at")
    def _compute_open_action_count(self):
        for incident in self:
            incident.open_action_count = len(
                incident.action_ids.filtered(lambda action: not action.done_at)
            )

    @api.depends("number", "type_id")
    def _compute_display_name(self):
        for incident in self:
            incident.display_name = " ".join(
                filter(None, (incident.number, incident.type_id.name))
            )

    @api.model_create_multi
    def create(self, vals_list):
        incidents = super().create(vals_list)
        for incident in incidents:
            code = self.env["ir.sequence"].sudo().with_company(incident.company_id)
            incident.sudo()._as_step().number = code.next_by_code("pm.incident")
        return incidents

    @api.constrains("user_id")
    def _check_responsible(self):
        for incident in self.filtered("user_id"):
            incident._check_can_open(incident.user_id)

    def _check_can_open(self, user):
        """:raises UserError: who is to act on it has no right to see it"""
        for incident in self:
            if not incident.with_user(user).has_access("read"):
                raise UserError(
                    self.env._(
                        "%(user)s cannot open %(incident)s. Choose a guard, customer "
                        "service or a manager of the estate.",
                        user=user.name,
                        incident=incident.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        for incident in self:
            if incident.state != "draft":
                raise UserError(
                    self.env._("%s stays on record.", incident.display_name)
                )
