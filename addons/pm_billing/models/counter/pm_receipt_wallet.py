from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_amount


class Wallet(NamedTuple):
    """A balance of a customer: for one fee item, at one place or at all of them.

    Without an item it is the general balance, which any bill may use.
    """

    item: object
    place: object

    def fits(self, charge):
        """Whether the balance is for this charge."""
        return not self.item or (
            charge.fee_item_id == self.item
            and (not self.place or charge.property_id == self.place)
        )

    def rank(self):
        """Sort key: what is for one place only is used first, the general one last."""
        return (not self.item, not self.place, self.item.id or 0, self.place.id or 0)


class PmReceipt(models.Model):
    """Balances of customers, general and dedicated to a fee item, and their use.

    They are lines of the prepayment account and nothing else. A dedicated balance
    settles only charges of its item, and does so before the general one. It is used by
    itself, as that is what it was paid for; the general one where the company says so.
    """

    _name = "pm.receipt"
    _inherit = ["pm.receipt", "mail.activity.mixin", "pm.cron.mixin"]

    wallets = fields.Json(
        "Dedicated Balances",
        readonly=True,
        copy=False,
        help="[[fee item, place, amount]] of what is dedicated.",
    )
    wallet_text = fields.Char("Prepaid for", compute="_compute_wallet_text")

    @api.depends("wallets")
    def _compute_wallet_text(self):
        Item = self.env["pm.fee.item"].sudo()
        for receipt in self:
            receipt.wallet_text = ", ".join(
                f"{Item.browse(item).name} "
                f"{format_amount(self.env, amount, receipt.currency_id)}"
                for item, _place, amount in receipt.wallets or ()
            )

    @api.model
    def _within(self, wallets, amount, currency):
        """Split dedicated amounts: what ``amount`` covers of them, and the rest."""
        taken, left = [], []
        for item, place, wanted in wallets or ():
            part = min(wanted, max(currency.round(amount), 0.0))
            amount -= part
            if not currency.is_zero(part):
                taken.append([item, place, currency.round(part)])
            if not currency.is_zero(wanted - part):
                left.append([item, place, currency.round(wanted - part)])
        return taken, left

    def _wallet(self):
        """Return the balance that a receipt of a used prepayment draws on."""
        self.ensure_one()
        item, place, _amount = (self.wallets or [[False, False, 0]])[0]
        return Wallet(
            self.env["pm.fee.item"].browse(item), self.env["pm.property"].browse(place)
        )

    @api.model
    def _use_wallets(self, partner, charges, rule, general=True, **extra):
        """Settle charges from balances, the dedicated ones first.

        :param rule: in which order the charges are settled, see ``_aims_by_rule``
        :param bool general: whether the general balance is used too
        :return: a receipt for each balance that was used
        """
        receipts = self.browse()
        currency = self.env.company.currency_id
        key = extra.get("request_key")
        for wallet, left in partner._pm_usable_wallets().items():
            if not wallet.item and not general:
                continue
            mine = charges.filtered(
                lambda charge, wallet=wallet: (
                    charge.amount_residual > 0 and wallet.fits(charge)
                )
            )
            amount = min(left, sum(mine.mapped("amount_residual")))
            if currency.compare_amounts(amount, 0) <= 0:
                continue
            # without aims whole bills would be matched, and all fees on them
            order = "item" if wallet.item and rule == "oldest" else rule
            if wallet.item:
                part = f"w{wallet.item.id}-{wallet.place.id or 0}"
                extra["request_key"] = key and f"{key}/{part}"
            else:
                extra["request_key"] = key
            receipts |= self._use_prepayment(
                partner,
                mine,
                self._aims_by_rule(mine, amount, order),
                wallet,
                **extra,
            )
        return receipts

    @api.model
    def _cron_use_prepayments(self):
        """Settle open bills of those who have prepaid.

        Dedicated balances always, the general ones in companies that want it.
        """
        receipts = self.browse()
        for company in self.env["res.company"].search([]):
            receipts |= self.search(
                Domain("move_id", "in", company._pm_prepaid_lines().move_id.ids)
                & Domain("state", "=", "posted")
                & Domain("partner_id.pm_charge_ids.amount_residual", ">", 0),
                order="id",
            )
        receipts._cron_each(lambda receipt: receipt._use_what_is_left())

    def _use_what_is_left(self):
        """Settle the open bills of this customer by what is prepaid."""
        company = self.company_id
        receipts = self.with_company(company)
        partner = self.partner_id.with_company(company)
        charges = self.env["pm.charge"].search(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "=", company.id),
                ("state", "=", "posted"),
                ("amount_residual", ">", 0),
            ],
            order="date_due, date_from, id",
        )
        receipts._use_wallets(
            partner,
            charges,
            company.pm_settle_rule,
            company.pm_wallet_auto,
            property_id=self.property_id.id,
        )

    def _failure_summary(self):
        return self.env._("A prepayment was not used")
