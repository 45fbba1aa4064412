from odoo import api, fields, models


class MaintenanceRequest(models.Model):
    _inherit = "maintenance.request"

    emergency_id = fields.Many2one(
        "pm.emergency",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    emergency_line_id = fields.Many2one(
        "pm.emergency.plan.order",
        "Line of the Emergency Plan",
        readonly=True,
        copy=False,
        ondelete="set null",
    )
    hazard_id = fields.Many2one(
        "pm.hazard",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    _emergency_once = models.UniqueIndex(
        "(emergency_id, emergency_line_id) WHERE emergency_line_id IS NOT NULL",
        "The emergency has this order already.",
    )

    @api.model
    def _merge_taken_over(self):
        """Not the line of a plan: the emergency has made that order already."""
        return (*super()._merge_taken_over(), "emergency_id", "hazard_id")
