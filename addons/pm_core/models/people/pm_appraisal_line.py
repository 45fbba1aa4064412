from odoo import api, fields, models

# what only who prepares the appraisal may write: stands for adding and removing lines
SET_UP = {"period_id"}


class PmAppraisalLine(models.Model):
    """One KPI or criterion in an appraisal; KPIs are scored by their figure.

    Text, target and weight are copies: what was agreed stays as it was.
    """

    _name = "pm.appraisal.line"
    _description = "Appraisal Line"
    _order = "appraisal_id, sequence, id"

    appraisal_id = fields.Many2one(
        "pm.appraisal", required=True, index=True, ondelete="cascade"
    )
    state = fields.Selection(related="appraisal_id.state")
    employee_id = fields.Many2one(related="appraisal_id.employee_id")
    sequence = fields.Integer(default=10)
    name = fields.Char("What Is Appraised", required=True)
    note = fields.Char("How It Is Judged")
    kpi_id = fields.Many2one("pm.kpi", "KPI", index="btree_not_null")
    level = fields.Selection(
        [
            ("employee", "The Employee"),
            ("job", "The Post at the Estate"),
            ("estate", "The Estate"),
            ("company", "The Company"),
        ],
        "Figure of",
    )
    has_figure = fields.Boolean(
        readonly=True,
        help="There is a figure; else the supervisor scores this line too.",
    )
    figure = fields.Float(digits=(16, 2), aggregator=None, readonly=True)
    unit = fields.Char(related="kpi_id.unit", string="Unit of Measure")
    target = fields.Float(digits=(16, 2), aggregator=None)
    result = fields.Char(
        "Figure / Target",
        compute="_compute_result",
        help="The figure of the period, and what it should be.",
    )
    weight = fields.Float("Weight (%)", required=True)
    computed_score = fields.Float(
        "Score by Figure", digits=(5, 1), aggregator="avg", readonly=True
    )
    self_score = fields.Float("Own Score", digits=(5, 1), aggregator="avg")
    self_comment = fields.Char("Own Remark")
    has_self_score = fields.Boolean(
        compute="_compute_has_scores",
    )
    has_score = fields.Boolean(
        compute="_compute_has_scores",
    )
    supervisor_score = fields.Float(digits=(5, 1), aggregator="avg")
    supervisor_comment = fields.Char("Supervisor's Remark")
    score = fields.Float(
        compute="_compute_score", store=True, digits=(5, 1), aggregator="avg"
    )

    _scores_in_range = models.Constraint(
        "CHECK (self_score BETWEEN 0 AND 100 AND supervisor_score BETWEEN 0 AND 100)",
        "A score lies between 0 and 100.",
    )

    @api.depends("has_figure", "figure", "target", "kpi_id.unit")
    def _compute_result(self):
        for line in self:
            figure = f"{line.figure:.4g}" if line.has_figure else "–"
            line.result = (
                f"{figure} / {line.target:.4g} {line.unit or ''}".strip()
                if line.kpi_id
                else False
            )

    # a score of zero is one where a remark says why
    @api.depends(
        "self_score",
        "self_comment",
        "has_figure",
        "supervisor_score",
        "supervisor_comment",
    )
    def _compute_has_scores(self):
        for line in self:
            line.has_self_score = bool(
                not line.has_figure and (line.self_score or line.self_comment)
            )
            line.has_score = bool(
                line.has_figure or line.supervisor_score or line.supervisor_comment
            )

    @api.depends("has_figure", "computed_score", "supervisor_score")
    def _compute_score(self):
        for line in self:
            line.score = (
                line.computed_score if line.has_figure else line.supervisor_score
            )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if not self.env.su:
            lines.appraisal_id._check_may_write(SET_UP)
        return lines

    def write(self, vals):
        self.appraisal_id._check_may_write(set(vals))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_agreed(self):
        self.appraisal_id._check_may_write(SET_UP)
