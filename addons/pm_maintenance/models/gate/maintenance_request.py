from odoo import api, fields, models


class MaintenanceRequest(models.Model):
    _inherit = "maintenance.request"

    incident_id = fields.Many2one(
        "pm.incident",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="pm_maintenance.group_pm_guard,pm_core.group_pm_service",
    )

    @api.model
    def _merge_taken_over(self):
        return (*super()._merge_taken_over(), "incident_id")

    @api.model
    def _links_to_orders(self):
        return [
            *super()._links_to_orders(),
            ("pm.access.pass", "order_id"),
            ("pm.key.move", "order_id"),
        ]
