from odoo import fields, models


class PmTariffTryRegister(models.TransientModel):
    """What one register of the meter showed, in the window that tries a tariff."""

    _name = "pm.tariff.try.register"
    _description = "Register to Try a Tariff with"

    try_id = fields.Many2one("pm.tariff.try", required=True, ondelete="cascade")
    name = fields.Char("Register of the Meter", required=True)
    quantity = fields.Float(digits=(16, 6))
