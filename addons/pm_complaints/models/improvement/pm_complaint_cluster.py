from odoo import models


class PmComplaintCluster(models.Model):
    """The same problem again and again is what improvements are for."""

    _name = "pm.complaint.cluster"
    _inherit = ["pm.complaint.cluster", "pm.improvable.mixin"]
    _improvement_origin = "cluster"

    def _improvement_values(self):
        return {
            "name": self.name,
            "cause_id": self.cause_id.id,
            "cause": self.cause,
            "problem": self.env._(
                "%(count)s complaints of the same thing: %(name)s",
                count=self.complaint_count,
                name=self.name,
            ),
            "proposal": self.plan,
        }
