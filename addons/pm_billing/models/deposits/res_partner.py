from odoo import models


class ResPartner(models.Model):
    """Prepayments that are asked back are used for nothing else meanwhile."""

    _inherit = "res.partner"

    def _pm_usable_wallets(self):
        """Return {balance: what bills may use of it}: what is being paid back stays.

        A request that is refused or given up sets it free again.
        """
        return self._pm_wallets_without(self._pm_asked_back())

    def _pm_wallets_without(self, payouts):
        """Return {balance: what is left of it}, less what these requests ask for."""
        wallets = self._pm_wallets()
        currency = self.env.company.currency_id
        for payout in payouts if wallets else ():
            rest = payout.amount
            # in the order in which it will be paid back
            for wallet, most in reversed(payout._wallets().items()):
                part = min(rest, most, wallets.get(wallet, 0.0))
                if part > 0:
                    wallets[wallet] = currency.round(wallets[wallet] - part)
                    rest = currency.round(rest - part)
        return {wallet: left for wallet, left in wallets.items() if left > 0}

    def _pm_asked_back(self):
        """Return the requests to pay prepayments back that are not paid yet."""
        self.ensure_one()
        return (
            self.env["pm.payout"]
            .sudo()
            .search(
                [
                    ("kind", "=", "prepayment"),
                    ("partner_id", "=", self.id),
                    ("company_id", "=", self.env.company.id),
                    ("state", "in", ("approval", "approved")),
                ],
                order="id",
            )
        )
