from odoo import api, models


class TierDefinition(models.Model):
    _inherit = "tier.definition"

    @api.model
    def _get_tier_validation_model_names(self):
        return [*super()._get_tier_validation_model_names(), "purchase.request"]


class TierReview(models.Model):
    _inherit = "tier.review"

    def _pm_is_ours(self):
        """Requests for an estate are decided by those who work with it."""
        if self.model == "purchase.request":
            return bool(self.env[self.model].sudo().browse(self.res_id).estate_id)
        return super()._pm_is_ours()
