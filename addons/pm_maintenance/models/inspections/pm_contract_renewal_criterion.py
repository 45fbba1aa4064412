from odoo import fields, models


class PmContractRenewalCriterion(models.Model):
    _inherit = "pm.contract.renewal.criterion"

    source = fields.Selection(
        selection_add=[("inspection", "Score of Inspections")],
        ondelete={"inspection": "set default"},
    )
