from odoo import api, fields, models


class HrJob(models.Model):
    _inherit = "hr.job"

    pm_responsibilities = fields.Html(
        "Responsibilities", translate=True, help="What the post has to do."
    )
    pm_authority = fields.Html(
        "Authority", translate=True, help="What the post may decide by itself."
    )
    pm_kpi_ids = fields.One2many("pm.job.kpi", "job_id", "KPIs", copy=True)
    pm_kpi_weight = fields.Float(
        "Weight of the KPIs (%)", compute="_compute_pm_kpi_weight"
    )

    @api.depends("pm_kpi_ids.weight")
    def _compute_pm_kpi_weight(self):
        for job in self:
            job.pm_kpi_weight = sum(job.pm_kpi_ids.mapped("weight"))
