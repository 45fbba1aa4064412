from odoo import models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """A bill of a vendor, or a credit note, is paid by an outgoing payment."""

    _inherit = "account.move"

    def action_pm_ask_payment(self):
        """Open the outgoing payment of this document, made when there is none.

        :raises UserError: nothing of it is to be paid out
        """
        self.ensure_one()
        self.check_access("read")
        kinds = {"in_invoice": "bill", "out_refund": "refund"}
        if (
            self.move_type not in kinds
            or self.state != "posted"
            or not self.amount_residual
        ):
            raise UserError(
                self.env._("Nothing of %s is to be paid out.", self.display_name)
            )
        Payout = self.env["pm.payout"]
        payout = Payout.search(
            [
                ("bill_id", "=", self.id),
                ("state", "in", ("draft", "approval", "approved")),
            ],
            limit=1,
        )
        payout = payout or Payout.create(
            {
                "kind": kinds[self.move_type],
                "bill_id": self.id,
                "partner_id": self.commercial_partner_id.id,
                "amount": self.amount_residual,
                "date_planned": self.invoice_date_due,
                "reason": self.env._(
                    "%(bill)s %(reference)s", bill=self.name, reference=self.ref or ""
                ).strip(),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "pm.payout",
            "res_id": payout.id,
            "view_mode": "form",
        }

    def _pm_owned(self):
        """What an outgoing payment booked is taken back by the payment."""
        payout = self.env["pm.payout"].search(
            [("move_id", "in", (self | self.reversed_entry_id).ids)], limit=1
        )
        return payout._owns_entry() if payout else super()._pm_owned()
