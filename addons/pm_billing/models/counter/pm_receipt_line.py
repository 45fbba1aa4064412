from odoo import fields, models


class PmReceiptLine(models.Model):
    """What a receipt settled of one charge, in company currency."""

    _name = "pm.receipt.line"
    _description = "Receipt Line"
    _order = "receipt_id, date_from, id"

    receipt_id = fields.Many2one(
        "pm.receipt", required=True, index=True, ondelete="cascade"
    )
    charge_id = fields.Many2one(
        "pm.charge", required=True, index=True, ondelete="restrict"
    )
    property_id = fields.Many2one(related="charge_id.property_id")
    fee_item_id = fields.Many2one(
        related="charge_id.fee_item_id", store=True, index=True
    )
    date_from = fields.Date(related="charge_id.date_from", store=True)
    date_to = fields.Date(related="charge_id.date_to")
    currency_id = fields.Many2one(related="receipt_id.currency_id")
    amount = fields.Monetary(required=True)
    is_full = fields.Boolean("In Full", help="The charge was settled completely.")
