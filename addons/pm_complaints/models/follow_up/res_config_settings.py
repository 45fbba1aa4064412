from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    pm_low_rating = fields.Selection(related="company_id.pm_low_rating", readonly=False)
    pm_low_verdict = fields.Selection(
        related="company_id.pm_low_verdict", readonly=False
    )
