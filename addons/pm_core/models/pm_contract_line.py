from odoo import fields, models


class PmContractLine(models.Model):
    """A fee agreed in a contract: price per m² and month, or a fixed amount a month.

    Prices are in company currency, tax included.
    """

    _name = "pm.contract.line"
    _description = "Contract Fee"
    _order = "contract_id, sequence, id"

    contract_id = fields.Many2one(
        "pm.contract", required=True, index=True, ondelete="cascade"
    )
    estate_id = fields.Many2one(
        related="contract_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="contract_id.company_id", store=True, precompute=True
    )
    sequence = fields.Integer(default=10, export_string_translation=False)
    name = fields.Char("Fee", required=True)
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
    date_from = fields.Date("From", help="Empty: from the start of the contract.")
    date_to = fields.Date("To", help="Empty: to the end of the contract.")

    _price_positive = models.Constraint(
        "CHECK (price >= 0 AND surcharge >= 0)", "A price cannot be negative."
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_from IS NULL OR date_to >= date_from)",
        "A fee cannot end before it starts.",
    )
