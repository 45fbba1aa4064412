from odoo import fields, models


class PmFaultCode(models.Model):
    """What was wrong, why, and what helped: the three codes of a repair."""

    _name = "pm.fault.code"
    _description = "Failure Code"
    _order = "kind, sequence, name, id"

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        [("problem", "Problem"), ("cause", "Cause"), ("remedy", "Remedy")],
        required=True,
    )
    category_id = fields.Many2one(
        "pm.fault.category",
        "Fault Category",
        index="btree_not_null",
        ondelete="restrict",
        help="Empty: for every category.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _name_unique = models.UniqueIndex(
        "(kind, category_id, name) WHERE active",
        "This code exists already for the category.",
    )
