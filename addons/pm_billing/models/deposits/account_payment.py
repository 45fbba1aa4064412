from odoo import api, models
from odoo.exceptions import UserError

from ..ledger.booked import is_booking

# A payment in these states has left: Odoo posts its entry with the state.
GONE = ("in_process", "paid")


class AccountPayment(models.Model):
    """Where the company says so, money leaves through approved payments only."""

    _inherit = "account.payment"

    def action_post(self):
        self._pm_check_leaves()
        return super().action_post()

    def write(self, vals):
        if vals.get("state") in GONE:
            self.filtered(lambda one: one.state not in GONE)._pm_check_leaves()
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        payments = super().create(vals_list)
        payments.filtered(lambda one: one.state in GONE)._pm_check_leaves()
        return payments

    def _pm_check_leaves(self):
        """:raises UserError: money leaves that nobody approved"""
        if is_booking(self):
            return
        for payment in self:
            if (
                payment.payment_type == "outbound"
                and payment.company_id.sudo().pm_payouts_only
            ):
                raise UserError(
                    self.env._(
                        "Payments of %s leave when they are approved. Enter it under "
                        "Outgoing Payments.",
                        payment.company_id.name,
                    )
                )
