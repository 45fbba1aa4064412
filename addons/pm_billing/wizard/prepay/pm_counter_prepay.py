from odoo import fields, models


class PmCounterPrepay(models.TransientModel):
    """The months of one fee that are to be paid ahead, as the cashier sees them.

    It is shown only: what is agreed is worked out anew and compared with what was seen.
    """

    _name = "pm.counter.prepay"
    _description = "Months Paid Ahead at the Counter"
    _inherit = ["pm.part.mixin"]
    _whole = "counter_id"

    counter_id = fields.Many2one(
        "pm.counter", required=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="counter_id.currency_id")
    fee_item_id = fields.Many2one("pm.fee.item", required=True, ondelete="cascade")
    date_from = fields.Date("From")
    date_to = fields.Date("Until")
    amount = fields.Monetary("Before Discount")
    discount = fields.Monetary()
    amount_paid = fields.Monetary("To Pay")
