from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    pm_settle_rule = fields.Selection(
        related="company_id.pm_settle_rule", readonly=False
    )
    pm_wallet_auto = fields.Boolean(related="company_id.pm_wallet_auto", readonly=False)
