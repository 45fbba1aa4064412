from odoo import api, fields, models
from odoo.exceptions import ValidationError


class PmInspectionItem(models.Model):
    """What is read off a meter on a round."""

    _inherit = "pm.inspection.item"

    meter_id = fields.Many2one(
        "pm.meter",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="What is entered becomes a reading of this meter, with its photo.",
    )
    meter_register = fields.Selection(
        [
            ("value", "Value Read"),
            ("sharp", "Sharp"),
            ("peak", "Peak"),
            ("flat", "Flat"),
            ("valley", "Valley"),
            ("demand", "Highest Demand"),
        ],
        "Register of the Meter",
        default="value",
    )

    @api.constrains("meter_id", "meter_register", "kind", "plan_id")
    def _check_meter(self):
        for item in self.filtered("meter_id"):
            meter = item.meter_id
            if (
                item.kind != "number"
                or meter.estate_id != item.plan_id.estate_id
                or (item.meter_register or "value") not in meter._register_names()
            ):
                raise ValidationError(
                    self.env._(
                        "%(item)s: choose a number that is read off a register of a "
                        "meter of the same estate.",
                        item=item.name,
                    )
                )
