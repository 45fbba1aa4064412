from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ...engine import scoring

HR = "pm_core.group_pm_hr"
MANAGER = "pm_core.group_pm_estate_manager"
# who writes what, in which step; what is in none is written by the program only
SET_UP_FIELDS = {"period_id", "supervisor_id", "line_ids"}
SET_UP_FIELDS |= {"sequence", "name", "note", "weight", "target"}
SELF_FIELDS = {"self_score", "self_comment"}
SUPERVISOR_FIELDS = {"supervisor_score", "supervisor_comment"}
CALIBRATION_FIELDS = {"is_calibrated", "calibrated_score", "calibration_reason"}
APPEAL_FIELDS = {"appeal_reason"}
DECISION_FIELDS = {"appeal_decision"}
FREE_PREFIXES = ("message_", "activity_", "website_message_", "review_", "rating_")


class PmAppraisal(models.Model):
    """How somebody did their work in a period: KPIs, own view, supervisor, final.

    Employee and supervisor each write their own scores, in their own step; HR
    calibrates with a reason; levels of approval decide; the employee may appeal.
    While others judge, the employee does not see it. Pay is not decided here.

    Fields, lines and who may write what are here; the steps in
    ``pm_appraisal_steps.py``.
    """

    _name = "pm.appraisal"
    _description = "Appraisal"
    _inherit = [
        "pm.approval.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_to desc, period_id, estate_id, job_id, employee_id, id"
    _state_from = ["approval"]
    _state_to = ["done"]
    _mail_post_access = "read"
    _check_company_auto = True

    period_id = fields.Many2one(
        "pm.appraisal.period", required=True, index=True, ondelete="restrict"
    )
    date_from = fields.Date(related="period_id.date_from", store=True)
    date_to = fields.Date(related="period_id.date_to", store=True)
    employee_id = fields.Many2one(
        "hr.employee", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="period_id.company_id", store=True, index=True, precompute=True
    )
    # as it is when the appraisal is opened: who is taken off the login later is
    # still the one who is appraised
    user_id = fields.Many2one(
        "res.users",
        "Employee's User",
        compute="_compute_user_id",
        store=True,
        precompute=True,
        index="btree_not_null",
    )
    supervisor_id = fields.Many2one(
        "res.users",
        compute="_compute_place",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        tracking=True,
        help="Scores the criteria; empty: the manager of the estate or HR does.",
    )
    job_id = fields.Many2one(
        "hr.job",
        "Post",
        compute="_compute_place",
        store=True,
        precompute=True,
        index="btree_not_null",
    )
    estate_id = fields.Many2one(
        "pm.property",
        compute="_compute_place",
        store=True,
        precompute=True,
        index="btree_not_null",
    )
    line_ids = fields.One2many("pm.appraisal.line", "appraisal_id", "Lines")
    state = fields.Selection(
        [
            ("draft", "Prepared"),
            ("self", "Self-Assessment"),
            ("supervisor", "With the Supervisor"),
            ("calibration", "Calibration"),
            ("approval", "In Approval"),
            ("done", "Done"),
            ("appealed", "Appealed"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    self_date = fields.Date(
        "Handed in on",
        readonly=True,
        copy=False,
        help="When the employee handed in the self-assessment; empty: there is none.",
    )
    self_comment = fields.Text("Own View")
    supervisor_comment = fields.Text("Supervisor's View")
    # who leads whom is written by HR, who calibrates: it counts who did score
    scored_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, index="btree_not_null"
    )
    plan = fields.Text("Goals and Training Agreed")
    self_total = fields.Float(
        "Own Score",
        compute="_compute_totals",
        store=True,
        digits=(5, 1),
        aggregator="avg",
    )
    supervisor_total = fields.Float(
        "Score before Calibration",
        compute="_compute_totals",
        store=True,
        digits=(5, 1),
        aggregator="avg",
        help="By figures and the supervisor's scores.",
    )
    is_calibrated = fields.Boolean("Calibrated", tracking=True, copy=False)
    calibrated_score = fields.Float(
        digits=(5, 1), tracking=True, copy=False, aggregator="avg"
    )
    calibration_reason = fields.Text(tracking=True, copy=False)
    score = fields.Float(
        "Final Score",
        compute="_compute_score",
        store=True,
        digits=(5, 1),
        aggregator="avg",
        tracking=True,
    )
    grade_id = fields.Many2one(
        "pm.grade", compute="_compute_score", store=True, index="btree_not_null"
    )
    done_date = fields.Date("Done on", readonly=True, copy=False)
    appeal_reason = fields.Text(copy=False)
    appeal_date = fields.Date("Appealed on", readonly=True, copy=False)
    appeal_decision = fields.Text(copy=False)
    appeal_decided_by = fields.Many2one("res.users", readonly=True, copy=False)
    can_assess = fields.Boolean(compute="_compute_may")
    can_supervise = fields.Boolean(compute="_compute_may")
    can_calibrate = fields.Boolean(compute="_compute_may")
    can_appeal = fields.Boolean(compute="_compute_may")
    can_decide = fields.Boolean(compute="_compute_may")

    _once_a_period = models.UniqueIndex(
        "(period_id, employee_id)", "This employee is appraised once in the period."
    )
    _score_in_range = models.Constraint(
        "CHECK (calibrated_score BETWEEN 0 AND 100)", "A score lies between 0 and 100."
    )

    # ------------------------------------------------------------------
    # Computed
    # ------------------------------------------------------------------

    @api.depends("employee_id", "period_id")
    def _compute_display_name(self):
        for appraisal in self:
            appraisal.display_name = (
                f"{appraisal.employee_id.display_name or ''} "
                f"{appraisal.period_id.display_name or ''}".strip()
            )

    @api.depends("employee_id")
    def _compute_user_id(self):
        for appraisal in self:
            appraisal.user_id = appraisal.employee_id.sudo().user_id

    @api.depends("employee_id")
    def _compute_place(self):
        """Post, estate and supervisor as they are when the appraisal is opened."""
        for appraisal in self:
            employee_sudo = appraisal.employee_id.sudo()
            appraisal.job_id = employee_sudo.job_id
            appraisal.estate_id = employee_sudo.pm_estate_id
            supervisor = employee_sudo.parent_id.user_id
            appraisal.supervisor_id = supervisor - employee_sudo.user_id

    @api.depends(
        "line_ids.score",
        "line_ids.self_score",
        "line_ids.weight",
        "line_ids.has_figure",
    )
    def _compute_totals(self):
        for appraisal in self:
            lines = appraisal.line_ids
            appraisal.self_total = (
                scoring.weighted(
                    (
                        line.computed_score if line.has_figure else line.self_score,
                        line.weight,
                    )
                    for line in lines
                )
                or 0
            )
            appraisal.supervisor_total = (
                scoring.weighted((line.score, line.weight) for line in lines) or 0
            )

    # not on the limits of the grades: what was graded stays
    @api.depends("supervisor_total", "is_calibrated", "calibrated_score", "period_id")
    def _compute_score(self):
        for appraisal in self:
            appraisal.score = (
                appraisal.calibrated_score
                if appraisal.is_calibrated
                else appraisal.supervisor_total
            )
            scale = appraisal.period_id.scale_id
            appraisal.grade_id = scale and scale._grade_of(appraisal.score)

    @api.constrains("supervisor_id", "employee_id")
    def _check_supervisor(self):
        for appraisal in self:
            if appraisal.supervisor_id and appraisal._scores_oneself():
                raise ValidationError(
                    self.env._(
                        "%s cannot score the own work: choose another supervisor, or "
                        "none for the manager of the estate or HR.",
                        appraisal.employee_id.display_name,
                    )
                )

    def _scores_oneself(self):
        return self.supervisor_id in self._own_users()

    def _own_users(self):
        """The logins of who is appraised: now, and when the appraisal was opened."""
        employee_sudo = self.employee_id.sudo()
        return (
            self.user_id
            | employee_sudo.user_id
            | employee_sudo.work_contact_id.user_ids
        )

    @api.depends("state", "user_id", "supervisor_id", "scored_by_id", "appeal_date")
    @api.depends_context("uid")
    def _compute_may(self):
        for appraisal in self:
            state, own = appraisal.state, appraisal._is_own()
            calibrates = appraisal._is_calibrator()
            appraisal.can_assess = state == "self" and own
            appraisal.can_supervise = (
                state == "supervisor" and appraisal._is_supervisor()
            )
            appraisal.can_calibrate = calibrates and state in (
                "calibration",
                "appealed",
            )
            appraisal.can_appeal = (
                state == "done"
                and own
                and not appraisal.appeal_date
                and appraisal._in_time()
            )
            appraisal.can_decide = calibrates and state == "appealed"

    # ------------------------------------------------------------------
    # Who may do what
    # ------------------------------------------------------------------

    def _is_own(self):
        return self.env.user in self.sudo()._own_users()

    def _is_keeper(self):
        """HR and company managers, but nobody for oneself."""
        return self.env.user.has_group(HR) and not self._is_own()

    def _is_calibrator(self):
        """Who keeps appraisals, but not for what they scored themselves."""
        return self._is_keeper() and self.scored_by_id != self.env.user

    def _is_supervisor(self):
        """The supervisor; without one, the estate's manager or HR."""
        if self._is_own():
            return False
        if self.supervisor_id:
            return self.supervisor_id == self.env.user
        return self.env.user.has_group(HR) or self.env.user.has_group(MANAGER)

    def _in_time(self):
        last = (self.done_date or self.date_to) + timedelta(
            days=self.period_id.appeal_days
        )
        return fields.Date.context_today(self) <= last

    def _check_may_write(self, names):
        """Refuse to change what is not this user's to change in this step.

        :param names: names of fields
        :raises AccessError: naming the appraisal and who could
        """
        if self.env.su:
            return
        names = {name for name in names if not name.startswith(FREE_PREFIXES)}
        for appraisal in self:
            allowed = appraisal._writable()
            if not names <= allowed:
                raise AccessError(
                    self.env._(
                        "In the step %(step)s you cannot change this in the appraisal "
                        "of %(employee)s. Each writes their own part in their own "
                        "step; HR prepares and calibrates.",
                        step=dict(
                            self._fields["state"]._description_selection(self.env)
                        )[appraisal.state],
                        employee=appraisal.employee_id.display_name,
                    )
                )

    def _writable(self):
        """Return the fields of appraisal and lines that this user may write now."""
        allowed = set()
        if self.can_assess:
            allowed |= SELF_FIELDS | {"line_ids"}
        if self.can_supervise:
            allowed |= SUPERVISOR_FIELDS | {"line_ids", "plan"}
        if self.can_calibrate:
            allowed |= CALIBRATION_FIELDS
        if self.can_appeal:
            allowed |= APPEAL_FIELDS
        if self.can_decide:
            allowed |= DECISION_FIELDS
        if self._is_keeper():
            if self.state == "draft":
                allowed |= SET_UP_FIELDS
            elif self.state not in ("done", "appealed"):
                allowed.add("supervisor_id")
        return allowed

    @api.model_create_multi
    def create(self, vals_list):
        appraisals = super().create(vals_list)
        for appraisal in appraisals:
            if not self.env.su and not appraisal._is_keeper():
                raise AccessError(
                    self.env._(
                        "Appraisals are opened by HR, and not by oneself for oneself."
                    )
                )
        for appraisal, vals in zip(appraisals, vals_list, strict=True):
            if "supervisor_id" in vals:
                appraisal._check_may_name(appraisal.supervisor_id)
        appraisals.filtered(lambda row: not row.line_ids)._fill()
        return appraisals

    def write(self, vals):
        self._check_may_write(set(vals))
        if "supervisor_id" in vals:
            for appraisal in self:
                appraisal._check_may_name(
                    self.env["res.users"].browse(vals["supervisor_id"] or ())
                )
        return super().write(vals)

    def _check_may_name(self, supervisor):
        """Who keeps appraisals names somebody else to score, and somebody at all.

        Otherwise one person could take the supervisor's place, score, and calibrate
        what they scored.

        :raises AccessError: naming the appraisal and the way out
        """
        if not self.env.su and (not supervisor or supervisor == self.env.user):
            raise AccessError(
                self.env._(
                    "The supervisor of %s is not taken away, and you do not take that "
                    "place yourself: name somebody else.",
                    self.employee_id.display_name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_started(self):
        for appraisal in self:
            if appraisal.state != "draft":
                raise UserError(
                    self.env._(
                        "The appraisal %s has begun and stays on record.",
                        appraisal.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # Lines
    # ------------------------------------------------------------------

    @api.model
    def _open(self, period, employees):
        """Make the appraisals of ``employees`` for a period, in a few queries."""
        return self.create(
            [
                {"period_id": period.id, "employee_id": employee.id}
                for employee in employees
            ]
        )

    def _fill(self):
        """Make the lines from the KPIs and criteria of the posts."""
        vals_list = []
        for appraisal in self.sudo():
            spoken = {"lang": appraisal.user_id.lang or self.env.lang}
            job = appraisal.job_id.with_context(**spoken)
            for line in job.pm_kpi_ids:
                vals_list.append(
                    {
                        "appraisal_id": appraisal.id,
                        "sequence": len(vals_list),
                        "name": line.kpi_id.name,
                        "note": line.kpi_id.note,
                        "kpi_id": line.kpi_id.id,
                        "level": line.level,
                        "target": line.target,
                        "weight": line.weight,
                    }
                )
            for criterion in job.pm_criterion_ids:
                vals_list.append(
                    {
                        "appraisal_id": appraisal.id,
                        "sequence": len(vals_list),
                        "name": criterion.name,
                        "note": criterion.note,
                        "weight": criterion.weight,
                    }
                )
        self.env["pm.appraisal.line"].sudo()._as_step().create(vals_list)
        self._take_figures()

    def _take_figures(self):
        """Bring the figures of the KPI lines up to date, each KPI once a period."""
        for period, appraisals in self.sudo()._as_step().grouped("period_id").items():
            lines = appraisals.line_ids.filtered("kpi_id")
            for kpi, of_kpi in lines.grouped("kpi_id").items():
                figures = kpi._figures_within(
                    period.date_from, period.date_to, period.company_id
                )
                for line in of_kpi:
                    value = figures.get(line.appraisal_id._figure_key(line.level))
                    line.write(
                        {
                            "has_figure": value is not None,
                            "figure": value or 0,
                            "computed_score": 0
                            if value is None
                            else kpi._score(value, line.target),
                        }
                    )

    def _figure_key(self, level):
        return {
            "employee": ("employee", self.employee_id.id),
            "job": ("job", self.estate_id.id or 0, self.job_id.id or 0),
            "estate": ("estate", self.estate_id.id or 0, 0),
            "company": ("company", 0, 0),
        }[level]

    def action_view_history(self):
        """Open the appraisals of the same employee, the latest first."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_core.pm_appraisal_action"
            ),
            "domain": list(Domain("employee_id", "=", self.employee_id.id)),
            "context": {},
        }
