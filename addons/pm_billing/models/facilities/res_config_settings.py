from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    pm_public_account_id = fields.Many2one(
        related="company_id.pm_public_account_id", readonly=False
    )
