from odoo import api, fields, models
from odoo.exceptions import ValidationError


class PmEquipmentReading(models.Model):
    """What the counter of a machine said: running hours, starts."""

    _name = "pm.equipment.reading"
    _description = "Counter Reading"
    _inherit = ["pm.part.mixin"]
    _whole = "equipment_id"
    _order = "at desc, id desc"
    _rec_name = "value"

    equipment_id = fields.Many2one(
        "maintenance.equipment", required=True, index=True, ondelete="cascade"
    )
    at = fields.Datetime("When", required=True, default=fields.Datetime.now)
    kind = fields.Selection(
        [("hours", "Running Hours"), ("starts", "Starts")],
        required=True,
        default="hours",
    )
    value = fields.Float(required=True, digits=(14, 2), aggregator="max")
    is_new_counter = fields.Boolean(
        "New Counter", help="The counter was replaced: it may show less than before."
    )
    user_id = fields.Many2one(
        "res.users", "By", readonly=True, default=lambda self: self.env.user
    )

    _value_positive = models.Constraint(
        "CHECK (value >= 0)", "A counter does not stand below zero."
    )
    _moment_once = models.UniqueIndex(
        "(equipment_id, kind, at)", "There is a reading of this moment already."
    )

    @api.constrains("value", "at", "kind", "equipment_id", "is_new_counter")
    def _check_rising(self):
        """A counter rises; a lower one is a mistake, or another counter."""
        for reading in self.filtered(lambda one: not one.is_new_counter):
            before = self.search(
                [
                    ("equipment_id", "=", reading.equipment_id.id),
                    ("kind", "=", reading.kind),
                    ("at", "<", reading.at),
                ],
                order="at desc",
                limit=1,
            )
            if before and before.value > reading.value:
                raise ValidationError(
                    self.env._(
                        "%(machine)s: %(value)s is less than %(before)s, which was "
                        "read before. If the counter was replaced, say so.",
                        machine=reading.equipment_id.display_name,
                        value=reading.value,
                        before=before.value,
                    )
                )
