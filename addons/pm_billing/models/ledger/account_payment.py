from odoo import api, models
from odoo.exceptions import UserError

from .booked import is_booking

BOOKED_FIELDS = {
    "state",
    "amount",
    "date",
    "partner_id",
    "partner_type",
    "payment_type",
    "currency_id",
    "company_id",
    "journal_id",
    "move_id",
    "destination_account_id",
    "outstanding_account_id",
}


class AccountPayment(models.Model):
    """The payment of a receipt is changed by cancelling the receipt only."""

    _inherit = "account.payment"

    def write(self, vals):
        if not BOOKED_FIELDS.isdisjoint(vals):
            self.filtered(
                lambda payment: any(
                    self.env["account.move"]._field_will_change(payment, vals, name)
                    for name in BOOKED_FIELDS.intersection(vals)
                )
            )._pm_refuse_change()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_booked(self):
        self._pm_refuse_change()

    def _pm_refuse_change(self):
        if is_booking(self) or not self:
            return
        receipt = (
            self.env["pm.receipt"]
            .sudo()
            .search([("payment_id", "in", self.ids)], limit=1)
        )
        if receipt:
            raise UserError(receipt._belongs_to_receipt())
