from odoo import models


class TierReview(models.Model):
    _inherit = "tier.review"

    def _pm_still_asked(self, users, estate):
        """Whom a complaint is about is not asked about it, nor who handles it about
        what is given back for it."""
        users = super()._pm_still_asked(users, estate)
        if self.model in ("pm.complaint.reply", "pm.complaint.dispute", "pm.waiver"):
            record = self.env[self.model].sudo().browse(self.res_id)
            users -= record._hidden_from()
            dispute = record if self.model == "pm.complaint.dispute" else None
            if self.model == "pm.waiver":
                dispute = record.dispute_id
            if dispute:
                users -= dispute._asked_by()
        return users
