from odoo import models


class TierReview(models.Model):
    _inherit = "tier.review"

    def _pm_still_asked(self, users, estate):
        """Whom a complaint is about is not asked about it."""
        users = super()._pm_still_asked(users, estate)
        if self.model in ("pm.complaint.reply", "pm.complaint.dispute", "pm.waiver"):
            record = self.env[self.model].sudo().browse(self.res_id)
            users -= record._hidden_from()
        return users
