from odoo import models


class PmComplaintStep(models.Model):
    """Waiting for customers is rare: how long it took is found by an index."""

    _inherit = "pm.complaint.step"

    _wait_idx = models.Index("(complaint_id) WHERE step = 'wait'")
