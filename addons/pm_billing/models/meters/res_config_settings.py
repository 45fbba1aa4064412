from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    pm_meter_jump_factor = fields.Float(
        related="company_id.pm_meter_jump_factor", readonly=False
    )
    pm_meter_jump_floor = fields.Float(
        related="company_id.pm_meter_jump_floor", readonly=False
    )
    pm_meter_hold_portal = fields.Boolean(
        related="company_id.pm_meter_hold_portal", readonly=False
    )
