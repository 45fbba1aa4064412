from odoo import fields, models


class PmCounterPayment(models.TransientModel):
    """One of several methods by which one payment is made."""

    _name = "pm.counter.payment"
    _description = "Method of a Payment at the Counter"
    _inherit = ["pm.part.mixin"]
    _whole = "counter_id"

    counter_id = fields.Many2one(
        "pm.counter", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="counter_id.company_id")
    currency_id = fields.Many2one(related="counter_id.currency_id")
    journal_id = fields.Many2one(
        "account.journal",
        "Method",
        required=True,
        domain="[('type', 'in', ('cash', 'bank')), ('company_id', '=', company_id)]",
    )
    amount = fields.Monetary(required=True)
