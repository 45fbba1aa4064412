from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    pm_settle_rule = fields.Selection(
        [
            ("oldest", "The Oldest First"),
            ("late_last", "The Oldest First, Late Fees Last"),
            ("item", "In the Order of the Fee Items, Then the Oldest"),
        ],
        "Payments Settle",
        required=True,
        default="oldest",
        help="What a payment settles that does not cover all that is open. The cashier "
        "can say otherwise.",
    )
    pm_wallet_auto = fields.Boolean(
        "Use Prepayments for New Bills",
        help="What a customer has prepaid settles the bills of the next run by itself.",
    )
