from odoo import api, fields, models

# of records of this kind the rules of cities ask for more
YEARS = {"water": 3}
USUAL_YEARS = 1


class PmInspectionPlan(models.Model):
    _inherit = "pm.inspection.plan"

    _keep_years_positive = models.Constraint(
        "CHECK (keep_years >= 0)", "Years to keep records cannot be negative."
    )

    @api.depends("area")
    def _compute_keep_years(self):
        for plan in self:
            plan.keep_years = YEARS.get(plan.area, USUAL_YEARS)


class PmInspection(models.Model):
    """Rounds are kept as long as their plan says; after that managers may delete."""

    _inherit = "pm.inspection"

    def _is_kept(self):
        years = self.plan_id.keep_years
        if not years or self.state in ("planned", "running"):
            return True
        return fields.Datetime.add(self.date_to, years=years) > fields.Datetime.now()

    def unlink(self):
        """With an old round go its visits and photos, which are of nothing else."""
        self.check_access("unlink")
        answers = self.sudo().answer_ids
        photos = answers.photo_ids
        files = photos.attachment_id
        result = super().unlink()
        photos.unlink()
        answers.unlink()
        files.unlink()
        return result
