from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

MANAGER = "pm_core.group_pm_estate_manager"
COMPANY = "pm_core.group_pm_company_manager"
ACTIVITY = "pm_complaints.mail_activity_improvement"
PLANNING = ("draft", "planned")
WORKING = (*PLANNING, "doing", "checking")
STATES = [
    ("draft", "Proposed"),
    ("planned", "Planned"),
    ("doing", "Being Done"),
    ("checking", "Being Checked"),
    ("closed", "Closed"),
]
OUTCOMES = [
    ("standardised", "Made a Standard"),
    ("ineffective", "Not Effective"),
    ("dropped", "Not Pursued"),
]
EFFECTS = [
    ("worked", "It Worked"),
    ("not_worked", "It Did Not Work"),
    ("no_figure", "There Is No Figure"),
]


class PmImprovement(models.Model):
    """A process is made better: plan, do, check, act (the cycle of Deming).

    Anybody on the staff suggests; managers of the estate find the cause, plan measures
    and name the KPI that shall move. At a date the figure is taken again by itself,
    and what worked becomes a standard or policy, in a new version. What did not is
    done again otherwise, or ended with the reason.

    What an improvement is stands here; its steps, the figures before and after, and
    the new version are in the files beside.
    """

    _name = "pm.improvement"
    _description = "Improvement"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "pm.estate.mixin",
        "pm.state.mixin",
        "pm.cron.mixin",
    ]
    _order = "id desc"
    _rec_names_search = ["number", "name"]
    _mail_post_access = "read"
    _check_company_auto = True
    # what was planned is not changed once it is done: else the target would follow
    # the figure
    _user_columns = {
        **dict.fromkeys(
            (
                "name",
                "problem",
                "proposal",
                "property_id",
                "company_id",
                "origin",
                "kpi_id",
                "target",
                "before_from",
                "before_to",
                "after_from",
                "after_to",
                "date_check",
                "success",
            ),
            PLANNING,
        ),
        **dict.fromkeys(
            ("user_id", "cause_id", "cause", "standard_id", "policy_id"), WORKING
        ),
    }

    number = fields.Char(readonly=True, copy=False, index="trigram")
    name = fields.Char(
        "What Is to Be Improved", required=True, tracking=True, index="trigram"
    )
    property_id = fields.Many2one(
        string="Place",
        required=False,
        default=lambda self: self.env["pm.property"]._only_estate(),
        help="Empty: the whole company.",
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company",
        related=None,
        compute="_compute_company_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
    )
    origin = fields.Selection(
        [
            ("suggestion", "Suggestion of the Staff"),
            ("cluster", "Cluster of Complaints"),
            ("complaint", "Complaint"),
            ("score", "Satisfaction"),
            ("clock", "Missed Time"),
            ("figure", "KPI"),
            ("audit", "Audit"),
            ("emergency", "Emergency"),
            ("lesson", "Lesson of Another Estate"),
        ],
        "Comes From",
        required=True,
        default="suggestion",
        tracking=True,
    )
    origin_model = fields.Char(readonly=True, copy=False)
    origin_res_id = fields.Many2oneReference(
        "Record It Comes From",
        model_field="origin_model",
        readonly=True,
        copy=False,
    )
    origin_name = fields.Char("Because of", compute="_compute_origin_name")
    problem = fields.Text(help="What goes wrong, where, how often.")
    proposal = fields.Text("Idea", help="What could be done about it.")
    suggested_by_id = fields.Many2one(
        "res.users",
        "Suggested by",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
    )
    is_accepted = fields.Boolean("Adopted", readonly=True, copy=False, tracking=True)
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
        tracking=True,
        group_expand=True,
    )
    outcome = fields.Selection(OUTCOMES, readonly=True, copy=False, tracking=True)
    close_reason = fields.Text("Why It Was Closed So", readonly=True, copy=False)
    closed_at = fields.Datetime(readonly=True, copy=False)
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('share', '=', False)]",
        tracking=True,
        help="Leads it, and is told what came out.",
    )
    # plan
    cause_id = fields.Many2one(
        "pm.complaint.cause",
        "Kind of Cause",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
    )
    cause = fields.Text("Root Cause")
    why_ids = fields.One2many(
        "pm.improvement.why", "improvement_id", "Five Times Why", copy=True
    )
    measure_ids = fields.One2many(
        "pm.improvement.measure", "improvement_id", "Measures", copy=True
    )
    measure_count = fields.Integer("Measures in All", compute="_compute_measures")
    done_count = fields.Integer("Measures Done", compute="_compute_measures")
    is_overdue = fields.Boolean(
        "Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )
    lesson_id = fields.Many2one(
        "pm.lesson",
        "Lesson Offered",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    offer_ids = fields.One2many("pm.lesson.offer", "improvement_id", readonly=True)
    lesson_ids = fields.One2many(
        "pm.lesson", "improvement_id", "Lessons Learnt", readonly=True
    )
    step_ids = fields.One2many(
        "pm.improvement.step", "improvement_id", "Steps", readonly=True
    )

    _number_unique = models.UniqueIndex(
        "(company_id, number) WHERE number IS NOT NULL", "This number is taken."
    )
    _one_open = models.UniqueIndex(
        "(origin_model, origin_res_id)"
        " WHERE origin_res_id IS NOT NULL AND state <> 'closed'",
        "This has led to an improvement already, which is not closed yet.",
    )
    _due_idx = models.Index("(date_check) WHERE state IN ('doing', 'checking')")

    @api.depends("property_id")
    def _compute_company_id(self):
        for improvement in self:
            improvement.company_id = (
                improvement.property_id.company_id
                or improvement.company_id
                or self.env.company
            )

    @api.depends("number", "name")
    def _compute_display_name(self):
        for improvement in self:
            words = filter(None, (improvement.number, improvement.name))
            improvement.display_name = " ".join(words)

    @api.depends("origin_model", "origin_res_id")
    @api.depends_context("uid", "lang")
    def _compute_origin_name(self):
        """What it is called, for who may read it; else what kind of thing it is."""
        for improvement in self:
            record = improvement._origin_record()
            improvement.origin_name = record and record.display_name

    def _origin_record(self):
        """Return the record that it comes from, where the user may read it."""
        model = self.origin_model
        if not model or model not in self.env or not self.origin_res_id:
            return None
        record = self.env[model].browse(self.origin_res_id).exists()
        return record if record and record.has_access("read") else None

    @api.depends("measure_ids.state")
    def _compute_measures(self):
        for improvement in self:
            standing = improvement.measure_ids._standing()
            improvement.measure_count = len(standing)
            improvement.done_count = len(
                standing.filtered(lambda measure: measure.state == "done")
            )

    @api.depends("state", "measure_ids.state", "measure_ids.date_due")
    def _compute_is_overdue(self):
        late = self.search([("id", "in", self.ids), ("is_overdue", "=", True)])
        for improvement in self:
            improvement.is_overdue = improvement._origin in late

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        return Domain("state", "in", ("planned", "doing")) & Domain(
            "measure_ids",
            "any",
            [("state", "=", "open"), ("date_due", "<", today)],
        )

    @api.model_create_multi
    def create(self, vals_list):
        improvements = super().create(vals_list)
        for improvement in improvements.sudo():
            sequence = self.env["ir.sequence"].with_company(improvement.company_id)
            improvement._as_step().number = sequence.sudo().next_by_code(
                "pm.improvement"
            )
        improvements._log_step("suggest")
        improvements.sudo()._ask_managers()
        return improvements

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        for improvement in self:
            raise UserError(
                self.env._(
                    "%s stays on record. Close it with the reason instead.",
                    improvement.display_name,
                )
            )

    def action_open_origin(self):
        """Open what it comes from.

        :raises UserError: there is nothing that this user may read
        """
        self.ensure_one()
        self.check_access("read")
        record = self._origin_record()
        if not record:
            raise UserError(
                self.env._(
                    "%s comes from no record that you may read.", self.display_name
                )
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def _open_form(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def _failure_summary(self):
        return self.env._("The improvement could not be checked")
