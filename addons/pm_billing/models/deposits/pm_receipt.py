from odoo import api, fields, models
from odoo.exceptions import UserError


class PmReceipt(models.Model):
    """A deposit is receipted like other money, and kept as what is owed back."""

    _inherit = "pm.receipt"

    kind = fields.Selection(
        selection_add=[("deposit", "Deposit Received")],
        ondelete={"deposit": "cascade"},
    )
    deposit_ids = fields.One2many("pm.deposit", "receipt_id", "Deposits", readonly=True)

    @api.model
    def _receive_deposit(self, deposit):
        """Take a deposit over the counter; return the receipt."""
        return self._receive(
            deposit.partner_id,
            self.env["pm.charge"],
            deposit.amount,
            deposit.journal_id.sudo(),
            kind="deposit",
            property_id=deposit.property_id.id,
            memo=deposit.display_name,
            request_key=f"deposit-{deposit.id}",
        )

    def _is_money(self):
        return super()._is_money() or self.kind == "deposit"

    def _surplus_account(self):
        if self.kind == "deposit":
            return self.company_id._pm_get_deposit_account()
        return super()._surplus_account()

    def _surplus_label(self):
        if self.kind == "deposit":
            return self.env._("Deposit")
        return super()._surplus_label()

    def _cancel(self, reason, user=None):
        """A deposit that is inspected or given back stays received."""
        deposits = self.sudo().deposit_ids
        busy = deposits.filtered(lambda deposit: deposit.state != "held")
        if busy:
            raise UserError(
                self.env._(
                    "The deposit %s is inspected or given back already. Its receipt "
                    "stays.",
                    busy[0].display_name,
                )
            )
        result = super()._cancel(reason, user)
        deposits._as_step().state = "cancelled"
        return result
