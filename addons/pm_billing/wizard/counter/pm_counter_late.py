from odoo import fields, models


class PmCounterLate(models.TransientModel):
    """The late fee of one charge until today, as the cashier sees it.

    It is shown only: what is booked is worked out anew and compared with what was seen.
    """

    _name = "pm.counter.late"
    _description = "Late Fee of a Payment at the Counter"
    _inherit = ["pm.part.mixin"]
    _whole = "counter_id"

    counter_id = fields.Many2one(
        "pm.counter", required=True, index=True, ondelete="cascade"
    )
    charge_id = fields.Many2one("pm.charge", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="charge_id.currency_id")
    date_from = fields.Date()
    date_to = fields.Date()
    amount = fields.Monetary("Late Fee")
