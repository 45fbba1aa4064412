from odoo import fields, models

from ...tools.price_text import PRICE, price_text


class PmPriceMixin(models.AbstractModel):
    """How a fee is computed: by area, or as a fixed amount a month.

    A fixed amount is one for each unit, or one for the contract as a whole, however
    many units that covers. Prices are in company currency, tax included. Models have
    a ``currency_id``.
    """

    _name = "pm.price.mixin"
    _description = "Has a Price"

    method = fields.Selection(
        [
            ("area", "Area × Price + Surcharge"),
            ("fixed", "Fixed Amount for Each Unit or Space"),
            ("whole", "One Amount for the Whole Contract"),
        ],
        "Calculation",
        required=True,
        default="area",
        help="Area and fixed amount are charged to each unit in scope. One amount for "
        "the whole contract is charged once a period, to the other party.",
    )
    price = fields.Float(
        "Price per m²",
        help="Company currency per m² and month, tax included.",
        **PRICE,
    )
    surcharge = fields.Float(
        "Fixed Amount",
        help="Company currency a month, tax included; added to area × price.",
        **PRICE,
    )

    _price_positive = models.Constraint(
        "CHECK (price >= 0 AND surcharge >= 0)", "A price cannot be negative."
    )

    def _exact_money(self, value):
        """Return a price with all its decimals: 2.855 a m² is not 2.86."""
        return price_text(self.env, value, self.currency_id)

    def _price_text(self):
        """Return the price in words: what a m² costs, what is fixed, and for what."""
        self.ensure_one()
        parts = []
        if self.method == "area" and self.price:
            parts.append(
                self.env._(
                    "%(price)s per m² and month",
                    price=self._exact_money(self.price),
                )
            )
        if self.surcharge or not parts:
            parts.append(self._surcharge_text())
        return " + ".join(parts)

    def _surcharge_text(self):
        """Return the fixed amount in words, and whether it is one or one for each."""
        amount = self._exact_money(self.surcharge)
        if self.method == "whole":
            return self.env._(
                "%(amount)s a month for the whole contract", amount=amount
            )
        return self._each_text(amount)

    def _each_text(self, amount):
        return self.env._("%(amount)s a month for each unit", amount=amount)
