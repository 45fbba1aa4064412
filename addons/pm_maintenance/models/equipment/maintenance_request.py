from odoo import api, fields, models


class MaintenanceRequest(models.Model):
    _inherit = "maintenance.request"

    plan_id = fields.Many2one(
        "pm.maintenance.plan",
        "Maintenance Plan",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    planned_day = fields.Date(
        readonly=True, copy=False, help="The day on which the plan wants it done."
    )

    _plan_once = models.UniqueIndex(
        "(plan_id, planned_day) WHERE plan_id IS NOT NULL AND done_at IS NULL"
        " AND state <> 'cancelled'",
        "The plan has an open order of this day already.",
    )

    @api.onchange("equipment_id")
    def _onchange_equipment_place(self):
        """A machine named in the form brings its place."""
        if self.equipment_id.property_id and not self.property_id:
            self.property_id = self.equipment_id.property_id
