from odoo import fields, models
from odoo.exceptions import UserError


class PmPayout(models.Model):
    """What was paid online goes back through the payment provider."""

    _inherit = "pm.payout"

    transaction_id = fields.Many2one(
        "payment.transaction",
        "Refund at the Provider",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )

    def action_pay(self):
        """Pay it; where it came in online, have the provider pay it back."""
        result = super().action_pay()
        for payout in self.sudo():
            payout._as_step("pm_refunding")._refund_online()
        return result

    def _check_may_reverse(self):
        """What a provider paid back does not come back by an entry of ours.

        :raises UserError: the provider has paid it back, or is about to
        """
        result = super()._check_may_reverse()
        refund = self.sudo().transaction_id
        if refund and refund.state not in ("error", "cancel"):
            raise UserError(
                self.env._(
                    "%(payout)s went back through %(provider)s. Ask there what became "
                    "of it; money that came in again is a receipt of %(payee)s.",
                    payout=self.reason,
                    provider=refund.provider_id.name,
                    payee=self.partner_id.name,
                )
            )
        return result

    def _refund_online(self):
        """Ask the provider for the refund, where it can give one.

        :raises UserError: the provider refuses; then nothing is booked either
        """
        self.ensure_one()
        source = self._online_source()
        if not source:
            return
        refund = source._refund(amount_to_refund=self.amount)
        if refund.state in ("error", "cancel"):
            raise UserError(
                self.env._(
                    "%(provider)s does not pay back %(payout)s: %(why)s. Nothing was "
                    "booked. Try again, or choose another method.",
                    provider=source.provider_id.name,
                    payout=self.reason,
                    why=refund.state_message or "-",
                )
            )
        self.transaction_id = refund

    def _online_source(self):
        """Return the transaction that this goes back to, empty where there is none."""
        Transaction = self.env["payment.transaction"]
        if self.kind not in ("deposit", "prepayment"):
            return Transaction
        # what is paid is matched by now: the receipts are those of its matches
        lines = self.move_id.line_ids
        paid_in = lines.matched_credit_ids.credit_move_id.move_id
        receipts = self.env["pm.receipt"].search(
            [
                ("move_id", "in", paid_in.ids),
                ("source", "=", "online"),
                ("journal_id", "=", self.journal_id.id),
            ]
        )
        sources = Transaction.search(
            [
                ("payment_id", "in", receipts.payment_id.ids),
                ("state", "=", "done"),
                ("amount", ">=", self.amount),
            ]
        )
        return sources.filtered(
            lambda source: (
                source.provider_id.support_refund in ("partial", "full_only")
                and self.currency_id.compare_amounts(
                    source._pm_refundable(), self.amount
                )
                >= 0
            )
        )[:1]
