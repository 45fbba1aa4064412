from odoo import fields, models


class PmFeeItem(models.Model):
    """When a fee is settled by a payment that does not cover all."""

    _inherit = "pm.fee.item"

    settle_order = fields.Selection(
        [
            ("1", "Before Others"),
            ("5", "With Others"),
            ("9", "After All Others"),
        ],
        "At a Payment",
        required=True,
        default="5",
        help="Which fees a payment settles first where it does not cover all, if the "
        "company settles by fee item. Late fees are settled after all others.",
    )
