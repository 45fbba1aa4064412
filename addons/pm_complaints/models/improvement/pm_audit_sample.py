from odoo import models


class PmAuditSample(models.Model):
    """Deviations that an audit found."""

    _name = "pm.audit.sample"
    _inherit = ["pm.audit.sample", "pm.improvable.mixin"]
    _improvement_origin = "audit"

    def _improvement_values(self):
        return {"name": self.name, "problem": self.conclusion}
