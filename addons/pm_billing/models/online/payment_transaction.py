from odoo import SUPERUSER_ID, models


class PaymentTransaction(models.Model):
    """What residents pay online is receipted, and settles what they chose.

    Providers notify more than once, and late. The transaction is the key of its
    receipt: it books once. Where a bill was paid otherwise meanwhile, the money is
    money all the same: it settles what is open of the bills, and the rest is prepaid.
    """

    _inherit = "payment.transaction"

    def _create_payment(self, **extra_create_values):
        self.ensure_one()
        if self.operation == "refund" and self._pm_is_booked():
            return self.payment_id
        bills = self.invoice_ids.filtered("pm_charge_ids")
        company = self.company_id
        if (
            not bills
            or bills != self.invoice_ids
            or len(bills.partner_id) != 1
            or self.amount <= 0
            or self.currency_id != company.currency_id
            or extra_create_values
        ):
            return super()._create_payment(**extra_create_values)
        self.payment_id = self._pm_receipt(bills).payment_id
        return self.payment_id

    def _pm_is_booked(self):
        """Whether an outgoing payment of ours has booked this refund already."""
        return self._in_step("pm_refunding") or bool(
            self.env["pm.payout"]
            .sudo()
            .search_count([("transaction_id", "=", self.id)])
        )

    def _pm_refundable(self):
        """Return what the provider can still pay back of it."""
        self.ensure_one()
        refunds = self.child_transaction_ids.filtered(
            lambda row: (
                row.operation == "refund" and row.state not in ("error", "cancel")
            )
        )
        return self.amount + sum(refunds.mapped("amount"))

    def _pm_receipt(self, bills):
        """Return the receipt of this transaction, made when there is none."""
        key = f"online-{self.id}"
        Receipt = (
            self.env["pm.receipt"].with_user(SUPERUSER_ID).with_company(self.company_id)
        )
        # one that was cancelled counts too: a late notification is no new money
        made = Receipt.search(
            [("request_key", "=", key), ("source", "=", "online")], limit=1
        )
        if made:
            return made
        charges = Receipt.env["pm.charge"].search(
            [
                ("move_id", "in", bills.ids),
                ("state", "=", "posted"),
                ("amount_residual", ">", 0),
            ],
            order="date_due, date_from, id",
        )
        return Receipt._receive(
            Receipt.env["res.partner"].browse(bills.partner_id.id),
            charges,
            self.amount,
            Receipt.env["account.journal"].browse(self.provider_id.journal_id.id),
            source="online",
            channel_ref=self.provider_reference or self.reference,
            memo=self.reference,
            request_key=key,
            property_id=bills.pm_property_id[:1].id,
        )
