from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    pm_discount_account_id = fields.Many2one(
        related="company_id.pm_discount_account_id", readonly=False
    )
