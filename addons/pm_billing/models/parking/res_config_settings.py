from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    pm_parking_cards = fields.Integer(
        related="company_id.pm_parking_cards", readonly=False
    )
    pm_parking_offer_days = fields.Integer(
        related="company_id.pm_parking_offer_days", readonly=False
    )
