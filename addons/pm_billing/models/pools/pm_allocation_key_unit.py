from odoo import fields, models


class PmAllocationKeyUnit(models.Model):
    """A unit that has a weight of its own in a key, or none."""

    _name = "pm.allocation.key.unit"
    _description = "Unit of an Allocation Key"
    _inherit = ["pm.part.mixin"]
    _whole = "key_id"
    _order = "key_id, property_id, id"
    _rec_name = "property_id"

    key_id = fields.Many2one(
        "pm.allocation.key", required=True, index=True, ondelete="cascade"
    )
    estate_id = fields.Many2one(related="key_id.estate_id", store=True, index=True)
    company_id = fields.Many2one(related="key_id.company_id", store=True, index=True)
    property_id = fields.Many2one(
        "pm.property", required=True, index=True, ondelete="cascade"
    )
    weight = fields.Float(digits=(16, 6), default=1.0, aggregator=None)
    is_excluded = fields.Boolean("Bears Nothing")

    _once = models.UniqueIndex(
        "(key_id, property_id)", "The unit is in this key already."
    )
    _weight_positive = models.Constraint(
        "CHECK (weight >= 0)", "A weight cannot be negative."
    )
