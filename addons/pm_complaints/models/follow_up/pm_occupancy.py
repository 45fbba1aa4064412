from odoo import models


class PmOccupancy(models.Model):
    """A new customer is called some days later, as a job finds."""

    _name = "pm.occupancy"
    _inherit = ["pm.occupancy", "pm.cron.mixin"]

    def _tell_failure(self, message):
        """The log has the reason; the next nights try again."""
