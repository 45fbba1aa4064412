from odoo import api, fields, models


class PmJobKpi(models.Model):
    """A KPI by which a post is measured, with its weight and, if need be, its own
    target."""

    _name = "pm.job.kpi"
    _description = "KPI of a Post"
    _order = "job_id, sequence, id"
    _rec_name = "kpi_id"

    job_id = fields.Many2one(
        "hr.job", "Post", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="job_id.company_id", store=True, index="btree_not_null"
    )
    sequence = fields.Integer(default=10)
    kpi_id = fields.Many2one(
        "pm.kpi", "KPI", required=True, index=True, ondelete="restrict"
    )
    level = fields.Selection(
        [
            ("employee", "The Employee"),
            ("job", "The Post at the Estate"),
            ("estate", "The Estate"),
            ("company", "The Company"),
        ],
        "Figure of",
        required=True,
        compute="_compute_level",
        store=True,
        readonly=False,
        precompute=True,
        help="Whose figure counts in the appraisal of somebody in this post.",
    )
    weight = fields.Float(
        "Weight (%)",
        compute="_compute_weight",
        store=True,
        readonly=False,
        precompute=True,
        aggregator="sum",
    )
    own_target = fields.Boolean(help="This post has another target than the KPI.")
    target = fields.Float(
        compute="_compute_target",
        store=True,
        readonly=False,
        precompute=True,
        aggregator=None,
        digits=(16, 2),
    )
    unit = fields.Char(related="kpi_id.unit", string="Unit of Measure")

    _kpi_unique = models.UniqueIndex(
        "(job_id, kpi_id)", "A KPI is listed once for a post."
    )
    _weight_in_range = models.Constraint(
        "CHECK (weight >= 0 AND weight <= 100)", "A weight lies between 0 and 100 %."
    )

    @api.depends("kpi_id")
    def _compute_level(self):
        for line in self:
            kpi = line.kpi_id
            if kpi.kind == "manual" or kpi.employee_path or kpi.user_path:
                line.level = "employee"
            else:
                line.level = "estate" if kpi.estate_path else "company"

    @api.depends("kpi_id")
    def _compute_weight(self):
        for line in self:
            line.weight = line.kpi_id.weight

    @api.depends("kpi_id.target", "own_target")
    def _compute_target(self):
        for line in self:
            line.target = line.target if line.own_target else line.kpi_id.target
