from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    pm_objection_days = fields.Integer(
        related="company_id.pm_objection_days", readonly=False
    )
