from odoo import api, fields, models


class PmCounter(models.TransientModel):
    """Balances at the counter: which of them may be used for what is open."""

    _inherit = "pm.counter"

    kept_for_id = fields.Many2one(
        "pm.fee.item",
        "Kept for",
        domain="[('company_id', '=', company_id)]",
        help="What is paid beyond is used for this fee item only; empty: for any bill.",
    )

    @api.depends("charge_ids", "amount_open", "amount_late", "amount_prepaid")
    def _compute_amount_usable(self):
        for counter in self:
            dedicated = sum(counter._dedicated_parts().values())
            owed = counter.amount_open + counter.amount_late - dedicated
            general = sum(
                left for wallet, left in counter._wallets() if not wallet.item
            )
            counter.amount_usable = dedicated + min(general, owed)

    def _wallets(self):
        """Return (balance, amount) of who pays; of customers of other estates none."""
        partner = self.partner_id._origin._filtered_access("read")
        wallets = partner._pm_usable_wallets() if len(partner) == 1 else {}
        return list(wallets.items())

    def _kept_for(self):
        """Return the dedicated amount that takes all that is paid beyond, or none."""
        self.ensure_one()
        item = self.kept_for_id
        return [[item.id, False, self.amount]] if item else []

    def _dedicated_parts(self):
        """Return {charge: amount} of what dedicated balances settle of the charges."""
        self.ensure_one()
        charges = self.charge_ids._origin
        parts = dict.fromkeys(charges, 0.0)
        for wallet, left in self._wallets():
            if not wallet.item:
                continue
            for charge in charges.filtered(wallet.fits):
                part = min(left, charge.amount_residual - parts[charge])
                parts[charge] += part
                left -= part
        return {charge: part for charge, part in parts.items() if part > 0}
