from odoo import fields, models

from odoo.addons.pm_core.tools.price_text import PRICE

from ...engine.stretches import Change
from .quantities import exact


class PmFeeStep(models.Model):
    """How the price of a fee changes in its time: free months, new prices, rises.

    A rent is agreed so. Prices are in company currency, tax included.
    """

    _name = "pm.fee.step"
    _description = "Step of a Fee"
    _inherit = ["pm.part.mixin"]
    _whole = "fee_id"
    _order = "date_from, id"
    _rec_name = "fee_id"

    fee_id = fields.Many2one("pm.fee", required=True, index=True, ondelete="cascade")
    estate_id = fields.Many2one(
        related="fee_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="fee_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [
            ("free", "Free"),
            ("price", "New Price"),
            ("percent", "Rises by Percent"),
        ],
        "Adjustment",
        required=True,
        default="percent",
    )
    date_from = fields.Date("From", required=True)
    date_to = fields.Date("To", help="Last free day.")
    percent = fields.Float(
        digits=(16, 4), aggregator=None, help="Below zero: it falls."
    )
    every_months = fields.Integer(
        "Again Every (Months)",
        aggregator=None,
        help="0: once. Else it rises again after so many months, on top of before.",
    )
    price = fields.Float(**PRICE)
    surcharge = fields.Float("Fixed Amount", **PRICE)

    _free_ends = models.Constraint(
        "CHECK (kind <> 'free' OR (date_to IS NOT NULL AND date_to >= date_from))",
        "Enter the last free day; it is not before the first.",
    )
    _one_a_day = models.UniqueIndex(
        "(fee_id, kind, date_from)", "There is such a step from that day already."
    )
    _values = models.Constraint(
        "CHECK (price >= 0 AND surcharge >= 0 AND percent > -100"
        " AND every_months >= 0)",
        "A price cannot be negative, nor fall by more than all of it.",
    )

    def _change(self):
        """Return the step as the engine reads it."""
        self.ensure_one()
        return Change(
            self.kind,
            self.date_from,
            self.date_to if self.kind == "free" else None,
            exact(self.percent),
            exact(self.price),
            exact(self.surcharge),
            self.every_months,
        )

    def _copy_values(self):
        """Return the values of the same steps for the fee that goes on."""
        return [
            {
                name: step[name]
                for name in (
                    "kind",
                    "date_from",
                    "date_to",
                    "percent",
                    "every_months",
                    "price",
                    "surcharge",
                )
            }
            for step in self
        ]
