from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    pm_deposit_account_id = fields.Many2one(
        related="company_id.pm_deposit_account_id", readonly=False
    )
    pm_payouts_only = fields.Boolean(
        related="company_id.pm_payouts_only", readonly=False
    )
