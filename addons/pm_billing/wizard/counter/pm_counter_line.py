from odoo import fields, models


class PmCounterLine(models.TransientModel):
    """What is paid of one open charge, when the cashier says it by hand."""

    _name = "pm.counter.line"
    _description = "Charge of a Payment at the Counter"
    _inherit = ["pm.part.mixin"]
    _whole = "counter_id"

    counter_id = fields.Many2one(
        "pm.counter", required=True, index=True, ondelete="cascade"
    )
    charge_id = fields.Many2one("pm.charge", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="charge_id.currency_id")
    property_id = fields.Many2one(related="charge_id.property_id")
    fee_item_id = fields.Many2one(related="charge_id.fee_item_id")
    date_from = fields.Date(related="charge_id.date_from")
    date_due = fields.Date(related="charge_id.date_due")
    amount_residual = fields.Monetary(related="charge_id.amount_residual")
    amount = fields.Monetary("Paid Now")
