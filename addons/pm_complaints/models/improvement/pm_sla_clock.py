from odoo import models


class PmSlaClock(models.Model):
    """A time that was promised and missed."""

    _name = "pm.sla.clock"
    _inherit = ["pm.sla.clock", "pm.improvable.mixin"]
    _improvement_origin = "clock"

    def _improvement_values(self):
        """Which time, and not of whom: the record is read by fewer people."""
        return {"name": f"{self.policy_id.name} · {self.target_id.name}"}
