from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare, float_round


class HrJob(models.Model):
    _inherit = "hr.job"

    pm_responsibilities = fields.Html(
        "Responsibilities", translate=True, help="What the post has to do."
    )
    pm_authority = fields.Html(
        "Authority", translate=True, help="What the post may decide by itself."
    )
    pm_kpi_ids = fields.One2many("pm.job.kpi", "job_id", "KPIs", copy=True)
    pm_criterion_ids = fields.One2many(
        "pm.job.criterion", "job_id", "Criteria", copy=True
    )
    pm_weight = fields.Float(
        "Total Weight (%)",
        compute="_compute_pm_weight",
        help="KPIs and criteria together; 100 % before somebody is appraised.",
    )

    @api.depends("pm_kpi_ids.weight", "pm_criterion_ids.weight")
    def _compute_pm_weight(self):
        for job in self:
            job.pm_weight = sum(job.pm_kpi_ids.mapped("weight")) + sum(
                job.pm_criterion_ids.mapped("weight")
            )

    def action_pm_scale_weights(self):
        """Bring the weights to 100 %, keeping their proportions to a tenth.

        :raises UserError: there is no weight to begin with
        """
        for job in self:
            lines = [*job.pm_kpi_ids, *job.pm_criterion_ids]
            if not job.pm_weight:
                raise UserError(
                    self.env._("Enter weights for the post %s first.", job.name)
                )
            factor = 100 / job.pm_weight
            for line in lines:
                line.weight = float_round(line.weight * factor, precision_digits=1)
            # what rounding leaves goes to the largest weight, where it matters least
            heaviest = max(lines, key=lambda line: line.weight)
            heaviest.weight += 100 - job.pm_weight

    def _pm_appraisal_problem(self):
        """Return why nobody in this post can be appraised, or None."""
        self.ensure_one()
        if not self.pm_kpi_ids and not self.pm_criterion_ids:
            return self.env._("The post %s has neither KPIs nor criteria.", self.name)
        if float_compare(self.pm_weight, 100, precision_digits=2):
            return self.env._(
                "The weights of the post %(post)s add up to %(total)g %% and not to "
                "100 %%. Change them on the post.",
                post=self.name,
                total=self.pm_weight,
            )
        return None
