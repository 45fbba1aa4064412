from odoo import Command, api, fields, models
from odoo.fields import Domain

LIKELIHOODS = [
    ("1", "1 Hardly Ever"),
    ("2", "2 Seldom"),
    ("3", "3 Now and Then"),
    ("4", "4 Often"),
    ("5", "5 At Any Moment"),
]
CONSEQUENCES = [
    ("1", "1 Small Damage"),
    ("2", "2 Damage, Slight Injury"),
    ("3", "3 Injury"),
    ("4", "4 Severe Injury"),
    ("5", "5 Death, Large Damage"),
]
OPEN = ("found", "graded", "assigned", "fixed")


class PmHazard(models.Model):
    """Something dangerous that was found: graded, put right, looked at again, closed.

    Anybody on the staff reports one. Whoever puts it right is not who looks again.
    The steps are in the file beside.
    """

    _name = "pm.hazard"
    _description = "Hazard"
    _inherit = [
        "pm.estate.mixin",
        "pm.state.mixin",
        "pm.cron.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "is_serious desc, date_due, id desc"
    _rec_names_search = ["number", "name", "property_id.code"]
    _mail_post_access = "read"
    _user_columns = {
        **dict.fromkeys(("name", "description", "property_id"), ("found", "graded")),
        **dict.fromkeys(
            ("likelihood", "consequence", "owner_id", "date_due", "measures"),
            ("found", "graded", "assigned"),
        ),
    }

    number = fields.Char(readonly=True, copy=False, index="trigram")
    name = fields.Char("What Is Dangerous", required=True, tracking=True)
    description = fields.Text()
    property_id = fields.Many2one(string="Place")
    fault_category_id = fields.Many2one(
        "pm.fault.category", "Category", index="btree_not_null", ondelete="restrict"
    )
    source = fields.Selection(
        [
            ("staff", "Staff"),
            ("round", "Inspection"),
            ("drill", "Drill"),
            ("emergency", "Emergency"),
            ("resident", "Resident"),
            ("authority", "Authority"),
        ],
        "Found by Way of",
        required=True,
        default="staff",
    )
    external_ref = fields.Char("Reference of the Sender", readonly=True, copy=False)
    found_by_id = fields.Many2one(
        "res.users",
        "Found by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    found_at = fields.Datetime(
        required=True, readonly=True, default=fields.Datetime.now
    )
    photo_ids = fields.Many2many(
        "ir.attachment",
        "pm_hazard_photo_rel",
        "hazard_id",
        "attachment_id",
        "Photos",
        copy=False,
    )
    likelihood = fields.Selection(LIKELIHOODS, tracking=True)
    consequence = fields.Selection(CONSEQUENCES, tracking=True)
    score = fields.Integer(
        compute="_compute_grade", store=True, precompute=True, aggregator="avg"
    )
    grade_id = fields.Many2one(
        "pm.hazard.grade",
        compute="_compute_grade",
        store=True,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
    )
    is_serious = fields.Boolean(
        "Serious", compute="_compute_grade", store=True, precompute=True, index=True
    )
    state = fields.Selection(
        [
            ("found", "Found"),
            ("graded", "Graded"),
            ("assigned", "Being Put Right"),
            ("fixed", "To Be Looked at Again"),
            ("closed", "Closed"),
            ("dismissed", "No Hazard"),
        ],
        required=True,
        readonly=True,
        default="found",
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    owner_id = fields.Many2one(
        "res.users", "Responsible", index="btree_not_null", tracking=True
    )
    date_due = fields.Date("Deadline", index="btree_not_null", tracking=True)
    measures = fields.Text("What Is to Be Done")
    fixed_at = fields.Datetime(readonly=True, copy=False)
    fixed_by_id = fields.Many2one(
        "res.users", "Put Right by", readonly=True, copy=False
    )
    result = fields.Text("What Was Done", readonly=True, copy=False)
    rechecked_at = fields.Datetime(readonly=True, copy=False)
    rechecked_by_id = fields.Many2one(
        "res.users", "Looked at Again by", readonly=True, copy=False
    )
    redo_count = fields.Integer("Not Put Right", readonly=True, copy=False)
    reason = fields.Char("Why It Is No Hazard", readonly=True, copy=False)
    emergency_id = fields.Many2one(
        "pm.emergency", index="btree_not_null", ondelete="restrict"
    )
    request_ids = fields.One2many(
        "maintenance.request", "hazard_id", "Work Orders", readonly=True
    )
    is_manager_told = fields.Boolean(readonly=True, copy=False)
    escalation = fields.Integer(readonly=True, copy=False, aggregator=None)
    is_overdue = fields.Boolean(
        compute="_compute_is_overdue", search="_search_is_overdue"
    )

    _reference_once = models.UniqueIndex(
        "(company_id, external_ref) WHERE external_ref IS NOT NULL",
        "This finding is in the register already.",
    )
    _number_once = models.UniqueIndex(
        "(company_id, number) WHERE number IS NOT NULL", "This number is taken."
    )

    @api.depends("number", "name")
    def _compute_display_name(self):
        for hazard in self:
            words = filter(None, (hazard.number, hazard.name))
            hazard.display_name = " ".join(words)

    @api.depends("likelihood", "consequence")
    def _compute_grade(self):
        grades = self.env["pm.hazard.grade"]
        known = {}
        for hazard in self:
            score = int(hazard.likelihood or 0) * int(hazard.consequence or 0)
            if score not in known:
                known[score] = grades._of_score(score)
            hazard.score = score
            hazard.grade_id = known[score]
            hazard.is_serious = known[score].is_serious

    @api.depends("state", "date_due")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for hazard in self:
            hazard.is_overdue = bool(
                hazard.state in OPEN and hazard.date_due and hazard.date_due < today
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._domain_overdue()

    @api.model
    def _domain_overdue(self):
        today = fields.Date.context_today(self)
        return Domain("state", "in", OPEN) & Domain("date_due", "<", today)

    @api.model_create_multi
    def create(self, vals_list):
        hazards = super().create(vals_list)
        for hazard in hazards.sudo():
            sequence = self.env["ir.sequence"].sudo().with_company(hazard.company_id)
            hazard._as_step().number = sequence.next_by_code("pm.hazard")
        hazards._own_photos()
        hazards._tell_serious()
        return hazards

    def write(self, vals):
        result = super().write(vals)
        if "photo_ids" in vals:
            self._own_photos()
        if {"likelihood", "consequence"} & vals.keys():
            self._tell_serious()
        return result

    def _own_photos(self):
        """Photos belong to the hazard, so that who reads it can see them."""
        for hazard in self:
            loose = hazard.photo_ids.sudo().filtered(lambda file: not file.res_id)
            loose.write({"res_model": self._name, "res_id": hazard.id})

    def _tell_serious(self):
        """The managers of the estate hear of a serious hazard at once, once."""
        group = self.env.ref("pm_core.group_pm_estate_manager")
        for hazard in self.sudo():
            if not hazard.is_serious or hazard.is_manager_told:
                continue
            hazard._as_step().is_manager_told = True
            for manager in group._pm_members(hazard.estate_id):
                reader = hazard.with_context(lang=manager.lang)
                hazard.activity_schedule(
                    "mail.mail_activity_data_warning",
                    summary=reader.env._("Serious hazard: %s", hazard.name),
                    user_id=manager.id,
                )

    @api.model
    def _hazard_from(
        self,
        place,
        text,
        *,
        reference=None,
        source="round",
        category=None,
        likelihood=None,
        consequence=None,
        found_by=None,
        photos=(),
        emergency=None,
    ):
        """Enter what a round, a drill or somebody outside has found.

        Runs as superuser: whoever calls has checked that it may be entered.

        :param place: ``pm.property``
        :param reference: what the sender calls it; the hazard that it made before is
            returned when it comes again
        :param photos: ``ir.attachment``
        :return: the hazard
        """
        hazards = self.sudo().with_company(place.company_id)
        if reference:
            known = hazards.search(
                [
                    ("company_id", "=", place.company_id.id),
                    ("external_ref", "=", reference),
                ],
                limit=1,
            )
            if known:
                return known
        words = (text or "").strip() or self.env._("Hazard")
        hazard = hazards._as_step().create(
            {
                "name": words.splitlines()[0][:120],
                "description": words,
                "property_id": place.id,
                "source": source,
                "external_ref": reference,
                "fault_category_id": category.id if category else False,
                "likelihood": str(likelihood) if likelihood else False,
                "consequence": str(consequence) if consequence else False,
                "found_by_id": (found_by or self.env.user).id,
                "photo_ids": [Command.set([photo.id for photo in photos])],
                "emergency_id": emergency.id if emergency else False,
            }
        )
        return hazard.with_env(hazards.env)
