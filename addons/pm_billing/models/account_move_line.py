from odoo import fields, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    pm_charge_id = fields.Many2one(
        "pm.charge", "Charge", index="btree_not_null", copy=False, readonly=True
    )
