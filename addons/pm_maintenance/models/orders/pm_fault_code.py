from odoo import api, fields, models


def of_kind(kind, category):
    """Domain of the codes that fit what is in the field ``category``, for screens."""
    return (
        f"[('kind', '=', '{kind}'), '|', ('category_id', '=', False),"
        f" ('category_id', 'parent_of', {category})]"
    )


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
        "(kind, COALESCE(category_id, 0), name) WHERE active",
        "This code exists already for the category.",
    )

    @api.depends("name", "category_id.name")
    def _compute_display_name(self):
        """Two kinds of fault may have a cause of one name; in figures they are two."""
        for code in self:
            category = code.category_id.name
            code.display_name = f"{code.name} ({category})" if category else code.name
