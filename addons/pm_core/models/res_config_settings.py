from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    pm_document_check = fields.Selection(
        related="company_id.pm_document_check", readonly=False, required=True
    )
