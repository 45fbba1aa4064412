from odoo import models


class PmOrderStep(models.Model):
    """Pauses are few among the steps: how long they took is found by an index."""

    _inherit = "pm.order.step"

    _pause_idx = models.Index("(request_id) WHERE step = 'pause'")
