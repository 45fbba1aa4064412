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

    def _wallets_of_each(self):
        """Money of months that run is given back by giving back the months."""
        found = super()._wallets_of_each()
        left_of = self.sudo().prepay_id._left_of_each()
        general = self.filtered(lambda payout: not payout.prepay_id)
        running = (
            self.env["pm.prepay"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", general.partner_id.ids),
                    ("company_id", "in", general.company_id.ids),
                    ("state", "=", "active"),
                ]
            )
        )
        reserved = {}
        for prepay, wallets in running._wallets_of_each().items():
            key = prepay.partner_id.id, prepay.company_id.id
            reserved.setdefault(key, set()).update(wallets)
        for payout, wallets in found.items():
            if payout.prepay_id:
                mine = left_of[payout.prepay_id]
                found[payout] = {
                    row: min(left, mine[row])
                    for row, left in wallets.items()
                    if mine.get(row, 0) > 0
                }
            else:
                key = payout.partner_id._origin.id, payout.company_id._origin.id
                kept = reserved.get(key, ())
                found[payout] = {
                    row: left for row, left in wallets.items() if row not in kept
                }
        return found
