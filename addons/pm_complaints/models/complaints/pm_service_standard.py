from odoo import models


class PmServiceStandard(models.Model):
    _inherit = "pm.service.standard"

    def _after_in_force(self, before):
        """A measure that is a new version is done when that is in force."""
        result = super()._after_in_force(before)
        self.env["pm.rectification"]._follow_version("standard_id", self, before)
        return result
