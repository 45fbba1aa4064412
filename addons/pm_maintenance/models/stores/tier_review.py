from odoo import models


class TierReview(models.Model):
    _inherit = "tier.review"

    def _pm_is_ours(self):
        """Purchases for an estate are decided by those who work with it."""
        if self.model == "purchase.order":
            return bool(self.env[self.model].sudo().browse(self.res_id).estate_id)
        return super()._pm_is_ours()
