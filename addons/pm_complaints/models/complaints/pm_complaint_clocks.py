from datetime import timedelta

from odoo import models


class PmComplaint(models.Model):
    """From when on the promised times run."""

    _inherit = "pm.complaint"

    def _sla_moments(self):
        """From when it reached us, which may be before it was entered."""
        return {complaint.id: complaint.received_at for complaint in self}

    def _sla_begins(self, target):
        """The authority's deadline is kept as it is: the time ends there."""
        if target.code == "hotline":
            if self.hotline_deadline:
                return self.hotline_deadline - timedelta(hours=target.hours)
            return None
        return super()._sla_begins(target)
