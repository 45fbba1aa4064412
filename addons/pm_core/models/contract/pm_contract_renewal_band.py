from odoo import fields, models

from .pm_contract_renewal import DECISIONS


class PmContractRenewalBand(models.Model):
    """What is recommended from which score on."""

    _name = "pm.contract.renewal.band"
    _description = "Renewal Recommendation"
    _order = "minimum desc, id"

    name = fields.Char("Recommendation", required=True, translate=True)
    minimum = fields.Float(
        "From Score", required=True, digits=(5, 1), aggregator=None, help="0 to 100."
    )
    decision = fields.Selection(DECISIONS, "Means", required=True, default="renew")

    _minimum_once = models.UniqueIndex(
        "(minimum)", "Another recommendation begins at this score."
    )
    _minimum_in_range = models.Constraint(
        "CHECK (minimum >= 0 AND minimum <= 100)", "A score lies between 0 and 100."
    )
