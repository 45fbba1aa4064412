from odoo import api, models


class TierDefinition(models.Model):
    _inherit = "tier.definition"

    @api.model
    def _get_tier_validation_model_names(self):
        """Levels can be defined for everything that inherits the approval mixin."""
        approval = self.env.registry["pm.approval.mixin"]
        return super()._get_tier_validation_model_names() + sorted(
            name
            for name, model in self.env.registry.items()
            if issubclass(model, approval) and not model._abstract
        )

    def write(self, vals):
        """Who decides on a level is asked in requests that run, too."""
        asked = self.env["tier.review"]._pm_asked()
        result = super().write(vals)
        self.env["tier.review"]._pm_ask_anew(asked)
        return result
