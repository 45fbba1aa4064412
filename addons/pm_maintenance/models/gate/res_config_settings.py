from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    pm_gate_keep_days = fields.Integer(
        related="company_id.pm_gate_keep_days", readonly=False
    )
    pm_footage_days = fields.Integer(
        related="company_id.pm_footage_days", readonly=False
    )
    pm_goods_check = fields.Selection(
        related="company_id.pm_goods_check", readonly=False, required=True
    )
