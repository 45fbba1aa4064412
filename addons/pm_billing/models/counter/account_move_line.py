from odoo import fields, models


class AccountMoveLine(models.Model):
    """What a prepayment is for, where it is not for all fees."""

    _inherit = "account.move.line"

    pm_wallet_item_id = fields.Many2one(
        "pm.fee.item",
        "Prepaid for",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The fee item that a prepayment is dedicated to; empty: any.",
    )
    pm_wallet_property_id = fields.Many2one(
        "pm.property",
        "Prepaid for Place",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )
