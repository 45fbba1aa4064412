from odoo import fields, models


class PmOrderPrice(models.Model):
    """A price of chargeable work, as posted for customers.

    Prices are in company currency and include tax.
    """

    _name = "pm.order.price"
    _description = "Price of Chargeable Work"
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    category_id = fields.Many2one(
        "pm.fault.category", "Fault Category", index="btree_not_null"
    )
    uom_name = fields.Char("Unit", translate=True, help="For example piece, hour, m.")
    price = fields.Monetary(required=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    estate_ids = fields.Many2many(
        "pm.property",
        string="Estates",
        domain="[('kind', '=', 'estate')]",
        check_company=True,
        help="Empty: all estates of the company.",
    )

    _price_positive = models.Constraint(
        "CHECK (price >= 0)", "A price cannot be negative."
    )
