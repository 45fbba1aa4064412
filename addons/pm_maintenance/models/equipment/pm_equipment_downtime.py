from odoo import api, fields, models


class PmEquipmentDowntime(models.Model):
    """From when to when a machine stood still."""

    _name = "pm.equipment.downtime"
    _description = "Downtime"
    _inherit = ["pm.part.mixin"]
    _whole = "equipment_id"
    _order = "start desc, id desc"
    _rec_name = "start"

    equipment_id = fields.Many2one(
        "maintenance.equipment", required=True, index=True, ondelete="cascade"
    )
    start = fields.Datetime(required=True, default=fields.Datetime.now)
    stop = fields.Datetime()
    hours = fields.Float("Hours Down", compute="_compute_hours", store=True)
    is_planned = fields.Boolean(
        "Planned",
        help="For a service or a conversion: it counts in the availability, and as no "
        "failure.",
    )
    reason = fields.Char()
    user_id = fields.Many2one("res.users", "Reported by", readonly=True)

    _times_in_order = models.Constraint(
        "CHECK (stop IS NULL OR stop >= start)", "A downtime ends after it begins."
    )
    _one_at_a_time = models.UniqueIndex(
        "(equipment_id) WHERE stop IS NULL", "The machine is down already."
    )

    @api.depends("start", "stop")
    def _compute_hours(self):
        for downtime in self:
            length = downtime.stop - downtime.start if downtime.stop else None
            downtime.hours = length.total_seconds() / 3600 if length else 0
