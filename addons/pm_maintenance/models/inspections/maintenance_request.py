from odoo import api, models


class MaintenanceRequest(models.Model):
    _inherit = "maintenance.request"

    @api.model
    def _links_to_orders(self):
        """What became of a fault is told to the line, and to the next round."""
        return [*super()._links_to_orders(), ("pm.inspection.line", "request_id")]
