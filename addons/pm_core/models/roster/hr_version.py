from odoo import models


class HrVersion(models.Model):
    _inherit = "hr.version"

    def write(self, vals):
        """The day of departure is written here, too, and means the same."""
        result = super().write(vals)
        if vals.get("departure_date"):
            self.employee_id._pm_free_duties()
        return result
