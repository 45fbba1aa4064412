from odoo import fields, models


class PmPriceMixin(models.AbstractModel):
    """How a fee is computed: area × price + surcharge, or a fixed amount a month.

    Prices are in company currency, tax included.
    """

    _name = "pm.price.mixin"
    _description = "Has a Price"

    method = fields.Selection(
        [("area", "Area × Price + Surcharge"), ("fixed", "Fixed Amount")],
        "Calculation",
        required=True,
        default="area",
    )
    price = fields.Float(
        "Price per m²",
        digits="Product Price",
        aggregator=None,
        help="Company currency per m² and month, tax included.",
    )
    surcharge = fields.Float(
        "Fixed Amount",
        digits="Product Price",
        aggregator=None,
        help="Company currency a month, tax included; added to area × price.",
    )

    _price_positive = models.Constraint(
        "CHECK (price >= 0 AND surcharge >= 0)", "A price cannot be negative."
    )
