from odoo import api, fields, models


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
    is_late = fields.Boolean("Late Fee", help="Of this line the late fee is paid.")
    currency_id = fields.Many2one(related="charge_id.currency_id")
    property_id = fields.Many2one(related="charge_id.property_id")
    fee_item_id = fields.Many2one(related="charge_id.fee_item_id")
    date_from = fields.Date(related="charge_id.date_from")
    date_due = fields.Date(related="charge_id.date_due")
    amount_residual = fields.Monetary("Open", compute="_compute_amount_residual")
    amount = fields.Monetary("Paid Now")

    @api.depends("charge_id", "is_late")
    def _compute_amount_residual(self):
        """Of a late fee what is owed until today."""
        for line in self:
            late = line.counter_id.late_line_ids.filtered(
                lambda row, line=line: row.charge_id._origin == line.charge_id._origin
            )
            line.amount_residual = (
                late[:1].amount if line.is_late else line.charge_id.amount_residual
            )
