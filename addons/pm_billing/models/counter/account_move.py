from odoo import fields, models
from odoo.exceptions import UserError

from ..ledger.booked import is_booking


class AccountMove(models.Model):
    """Entries of a closed day stay with it."""

    _inherit = "account.move"

    pm_cash_close_id = fields.Many2one(
        "pm.cash.close", "Day Close", index="btree_not_null", copy=False, readonly=True
    )

    def _pm_refuse_change(self):
        """Of a closed day nothing is changed, by nobody."""
        closes = self.sudo().pm_cash_close_id
        if closes and not is_booking(self):
            raise UserError(
                self.env._(
                    "This entry belongs to the closed day %s, which takes no more "
                    "changes. Book what is to be corrected as an entry of its own.",
                    closes[0].display_name,
                )
            )
        return super()._pm_refuse_change()
