from odoo import fields, models


class HrJob(models.Model):
    _inherit = "hr.job"

    pm_hourly_rate = fields.Monetary(
        "Cost per Hour",
        groups="pm_core.group_pm_hr,pm_core.group_pm_estate_manager",
        help="What an hour of somebody in this post costs the company; used for the "
        "cost of work orders.",
    )
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_currency_id", compute_sudo=True
    )

    def _compute_currency_id(self):
        for job in self:
            job.currency_id = (job.company_id or self.env.company).currency_id
