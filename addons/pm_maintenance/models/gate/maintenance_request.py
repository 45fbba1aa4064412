from odoo import fields, models


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
