from odoo import fields, models


class PmTrainingSession(models.Model):
    _inherit = "pm.training.session"

    pm_rectification_ids = fields.One2many(
        "pm.rectification", "training_id", "Measures of Complaints", readonly=True
    )

    def action_hold(self):
        """A measure that is this training is done."""
        result = super().action_hold()
        self.sudo().pm_rectification_ids._end_by_links()
        return result
