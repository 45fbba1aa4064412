from odoo import models
from odoo.exceptions import UserError


class AccountPayment(models.Model):
    """Where the company says so, money leaves through approved payments only."""

    _inherit = "account.payment"

    def action_post(self):
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
        return super().action_post()
