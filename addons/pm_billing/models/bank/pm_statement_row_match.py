from odoo import fields, models
from odoo.fields import Domain


class PmStatementRow(models.Model):
    """A trade bill is compared with the receipts of its channel."""

    _inherit = "pm.statement.row"

    def _match(self):
        """Find the receipt of each row: by the number, else by day, amount and place.

        A receipt answers one row; what is left has a reason.
        """
        for row in self.sorted(lambda row: (row.amount < 0, row.id)):
            receipt, reason = row._find_receipt()
            row.write(
                {"receipt_id": receipt.id, "state": "matched", "reason": False}
                if receipt
                else {"reason": reason}
            )
            if receipt and row.amount < 0:
                row._close_payment_of(receipt)

    def _close_payment_of(self, receipt):
        """Money of a cancelled receipt that went back is looked for no more."""
        self.search(
            [
                ("receipt_id", "=", receipt.id),
                ("amount", ">", 0),
                ("state", "=", "open"),
            ]
        ).write({"state": "matched", "reason": False})

    def _find_receipt(self):
        self.ensure_one()
        Receipt = self.env["pm.receipt"]
        of_channel = Domain("journal_id", "=", self.journal_id.id)
        currency = self.currency_id
        numbers = [text for text in (self.reference, self.key) if text]
        found = Receipt.search(
            of_channel
            & (Domain("channel_ref", "in", numbers) | Domain("name", "in", numbers))
        )
        if self.amount < 0:
            # a refund has the number of the order that was paid
            paid = self.search(
                [
                    ("journal_id", "=", self.journal_id.id),
                    ("reference", "=", self.reference or "-"),
                    ("receipt_id", "!=", False),
                ]
            )
            return self._find_refunded(found | paid.receipt_id)
        taken = self._taken()
        living = found.filtered(lambda receipt: receipt.state == "posted")
        for receipt in living - taken:
            if not currency.compare_amounts(receipt.amount, self.amount):
                return receipt, False
        if living:
            return Receipt, self.env._(
                "The receipt %(receipt)s is of %(amount)s.",
                receipt=living[0].name,
                amount=living[0].amount,
            )
        day = self._local_day()
        near = (
            Receipt.search(
                of_channel
                & Domain("state", "=", "posted")
                & Domain("date", ">=", fields.Date.subtract(day, days=1))
                & Domain("date", "<=", fields.Date.add(day, days=1))
                & Domain("amount", "=", self.amount)
                & Domain("channel_ref", "=", False)
            )
            - taken
        )
        if len(near) > 1:
            near = near.filtered(lambda receipt: receipt.date == day)
        if len(near) == 1:
            return near, False
        if near:
            return Receipt, self.env._("Several receipts are of this amount.")
        if cancelled := (found or self.receipt_id)[:1]:
            return Receipt, cancelled._cancelled_reason()
        return Receipt, self.env._("There is no receipt of this payment.")

    def _find_refunded(self, found):
        """A refund belongs to a receipt that was cancelled."""
        cancelled = found.filtered(lambda receipt: receipt.state == "cancelled")
        for receipt in cancelled:
            if not self.currency_id.compare_amounts(receipt.amount, -self.amount):
                return receipt, False
        if found:
            return found.browse(), self.env._(
                "The channel gave %(amount)s back, but the receipt %(receipt)s stands.",
                amount=-self.amount,
                receipt=found[0].name,
            )
        return found, self.env._("There is no receipt of the payment given back.")

    def _taken(self):
        """Receipts that answer another row of money received."""
        return self.search(
            [
                ("journal_id", "=", self.journal_id.id),
                ("receipt_id", "!=", False),
                ("amount", ">", 0),
            ]
        ).receipt_id
