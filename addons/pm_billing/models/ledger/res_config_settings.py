from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    pm_fee_tax_id = fields.Many2one(related="company_id.pm_fee_tax_id", readonly=False)
    pm_prepayment_account_id = fields.Many2one(
        related="company_id.pm_prepayment_account_id", readonly=False
    )
    pm_due_days = fields.Integer(related="company_id.pm_due_days", readonly=False)
    pm_is_tamper_evident = fields.Boolean(
        related="company_id.pm_is_tamper_evident", readonly=False
    )
