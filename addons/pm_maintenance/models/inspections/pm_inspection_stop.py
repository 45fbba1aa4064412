from odoo import api, fields, models
from odoo.exceptions import ValidationError


class PmInspectionStop(models.Model):
    """A plan stops at a point, in some order."""

    _name = "pm.inspection.stop"
    _description = "Stop of an Inspection Plan"
    _inherit = ["pm.part.mixin"]
    _whole = "plan_id"
    _order = "plan_id, sequence, id"
    _rec_name = "point_id"

    plan_id = fields.Many2one(
        "pm.inspection.plan", required=True, index=True, ondelete="cascade"
    )
    point_id = fields.Many2one(
        "pm.inspection.point", required=True, index=True, ondelete="restrict"
    )
    sequence = fields.Integer(default=10)

    _once = models.UniqueIndex("(plan_id, point_id)", "A plan stops at a point once.")

    @api.constrains("plan_id", "point_id")
    def _check_estate(self):
        for stop in self:
            if stop.point_id.estate_id != stop.plan_id.estate_id:
                raise ValidationError(
                    self.env._(
                        "%(point)s is a point of %(estate)s: %(plan)s cannot stop "
                        "there.",
                        point=stop.point_id.display_name,
                        estate=stop.point_id.estate_id.display_name,
                        plan=stop.plan_id.display_name,
                    )
                )
