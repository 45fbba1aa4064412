from odoo import fields, models


class PmInspectionChoice(models.Model):
    """One of the answers that an item offers."""

    _name = "pm.inspection.choice"
    _description = "Choice of an Inspection Item"
    _inherit = ["pm.part.mixin"]
    _whole = "item_id"
    _order = "item_id, sequence, id"

    item_id = fields.Many2one(
        "pm.inspection.item", required=True, index=True, ondelete="cascade"
    )
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    is_fault = fields.Boolean("Is a Fault")
