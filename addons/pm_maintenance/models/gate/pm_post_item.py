from odoo import fields, models


class PmPostItem(models.Model):
    """A thing that belongs to a post and is handed over with each shift."""

    _name = "pm.post.item"
    _description = "Equipment of a Post"
    _inherit = ["pm.part.mixin"]
    _whole = "post_id"
    _order = "sequence, id"

    post_id = fields.Many2one(
        "pm.duty.post", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True)
    quantity = fields.Integer(default=1, required=True)

    _quantity_sound = models.Constraint(
        "CHECK (quantity > 0)", "A post has one of its things at least."
    )
