from odoo import fields, models


class ResCompany(models.Model):
    """How many quotations are compared before something is bought."""

    _inherit = "res.company"

    pm_quotes_from = fields.Monetary(
        "Quotations Compared From",
        help="From this amount, tax included, several quotations are compared before "
        "one is ordered.",
    )
    pm_quotes_needed = fields.Integer("Quotations Needed", default=3)

    _pm_quotes = models.Constraint(
        "CHECK (COALESCE(pm_quotes_from, 0) >= 0"
        " AND COALESCE(pm_quotes_needed, 1) > 0)",
        "At least one quotation is needed, from zero on.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    pm_quotes_from = fields.Monetary(
        related="company_id.pm_quotes_from",
        readonly=False,
        currency_field="company_currency_id",
    )
    pm_quotes_needed = fields.Integer(
        related="company_id.pm_quotes_needed", readonly=False
    )
