from odoo import api, fields, models


class MaintenanceRequest(models.Model):
    _inherit = "maintenance.request"

    pm_rectification_ids = fields.One2many(
        "pm.rectification", "request_id", "Measures of Complaints", readonly=True
    )

    @api.model
    def _links_to_orders(self):
        """A measure is done when the order is into which its own was merged."""
        return [*super()._links_to_orders(), ("pm.rectification", "request_id")]

    def _take_step(self, step, state=None, note=None, **values):
        """A measure that is a work order is done when the work is accepted."""
        result = super()._take_step(step, state, note, **values)
        if state in ("verified", "closed"):
            self.sudo().pm_rectification_ids._order_done()
        return result
