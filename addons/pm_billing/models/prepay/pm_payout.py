from odoo import api, fields, models


class PmPayout(models.Model):
    """Months that were paid ahead are given back like other prepayments."""

    _inherit = "pm.payout"

    prepay_id = fields.Many2one(
        "pm.prepay",
        "Prepaid Months",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )

    @api.model
    def _ask_for_prepaid(self, prepay, amount, reason, journal, other_way=False):
        """Return a submitted request to pay back what is left of prepaid months."""
        payout_sudo = (
            self.sudo()
            ._as_step()
            .create(
                {
                    "kind": "prepayment",
                    "prepay_id": prepay.id,
                    "partner_id": prepay.partner_id.id,
                    "property_id": prepay.property_id.id,
                    "company_id": prepay.company_id.id,
                    "amount": amount,
                    "reason": reason,
                    "journal_id": journal.id,
                    "other_way": other_way,
                }
            )
        )
        payout = payout_sudo.with_env(self.env)
        payout.action_submit()
        return payout

    def _wallets(self):
        """Money of months that run is given back by giving back the months."""
        wallets = super()._wallets()
        prepays = self.env["pm.prepay"].sudo()
        if self.prepay_id:
            mine = self.sudo().prepay_id._left()
            return {
                row: min(left, mine[row])
                for row, left in wallets.items()
                if mine.get(row, 0) > 0
            }
        running = prepays.search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("state", "=", "active"),
            ]
        )
        reserved = {wallet for prepay in running for wallet in prepay._wallets()}
        return {row: left for row, left in wallets.items() if row not in reserved}
