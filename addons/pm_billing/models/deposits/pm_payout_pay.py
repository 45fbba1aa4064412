from odoo import Command, models
from odoo.exceptions import AccessError, UserError

from ..ledger.booked import booking
from ..ledger.business_day import today_at


class PmPayout(models.Model):
    """Paying what was approved: once, by a third pair of hands."""

    _inherit = "pm.payout"

    def action_pay(self):
        """Pay it, and book it; cash leaves the drawer of who pays.

        :raises AccessError: by who asked for it
        :raises UserError: not approved, or no more owed
        """
        for payout in self:
            payout.check_access("read")
            payout._check_may_pay()
            payout._check_in_state("approved")
            if not payout.journal_id:
                raise UserError(self.env._("Choose how the money is paid."))
            payout_sudo = payout.sudo()._as_step()
            # written first: of two who pay at once the second finds it paid
            payout_sudo.write(
                {
                    "state": "paid",
                    "paid_by_id": self.env.uid,
                    "paid_on": today_at(payout_sudo.estate_id),
                }
            )
            payout_sudo.flush_recordset()
            payout._check_owed()
            payout_sudo.company_id._pm_check_unlocked(
                payout_sudo.paid_on, payout_sudo.journal_id
            )
            payout_sudo.move_id = getattr(payout_sudo, f"_book_{payout.kind}")()
            payout._out_of_drawer()

    def _check_may_pay(self):
        user = self.env.user
        if not user.has_groups(
            "pm_billing.group_pm_cashier,account.group_account_invoice"
        ):
            raise AccessError(
                self.env._("Money is paid out by cashiers and accountants.")
            )
        if user in self._asked_by():
            raise AccessError(
                self.env._(
                    "%s was asked for by you. Somebody else pays it.", self.reason
                )
            )
        if user in self.sudo().review_ids.done_by:
            raise AccessError(
                self.env._(
                    "%s was approved by you. Somebody else pays it.", self.reason
                )
            )

    def _out_of_drawer(self):
        """Cash that a cashier pays leaves the drawer of the day."""
        journal_sudo = self.journal_id.sudo()
        if journal_sudo.type != "cash" or not self.env.user.has_group(
            "pm_billing.group_pm_cashier"
        ):
            return
        self.env["pm.cash.close"]._open_day(
            self.company_id, self.sudo().paid_on, self.sudo().estate_id
        )._pay_back(self)

    def _book_deposit(self):
        """The deposit is owed no more; what is kept is compensation."""
        deposit = self.deposit_id
        liability = self.company_id._pm_get_deposit_account()
        lines = [self._line(liability, deposit.amount)]
        if deposit.amount_deducted:
            kept = "; ".join(deposit.deduction_ids.mapped("reason"))
            account = self.company_id._pm_get_deduction_account()
            lines.append(self._line(account, -deposit.amount_deducted, kept))
        if self.amount:
            lines.append(self._line(self._money_account(), -self.amount))
        move = self._post(lines)
        paid_in = deposit.receipt_id.move_id
        booking(
            (move + paid_in).line_ids.filtered(
                lambda line: line.account_id == liability and not line.reconciled
            )
        ).reconcile()
        deposit._as_step().state = "returned"
        return move

    def _book_prepayment(self):
        """What was prepaid is given back, of the general balance first."""
        liability = self.company_id._pm_get_prepayment_account()
        lines, left, used = [], self.amount, []
        for wallet, balance in reversed(self._wallets().items()):
            part = self.currency_id.round(min(left, balance))
            if part <= 0:
                continue
            left = self.currency_id.round(left - part)
            used.append(wallet)
            lines.append(
                self._line(
                    liability,
                    part,
                    pm_wallet_item_id=wallet.item.id,
                    pm_wallet_property_id=wallet.place.id,
                )
            )
        move = self._post([*lines, self._line(self._money_account(), -self.amount)])
        for wallet in used:
            self.company_id._pm_match_prepaid(self.partner_id, wallet)
        self.partner_id.invalidate_recordset(["pm_prepaid"])
        return move

    def _book_bill(self):
        """A vendor's bill is paid, and matched."""
        return self._book_open("liability_payable")

    def _book_refund(self):
        """What a customer was credited is paid out, and matched."""
        return self._book_open("asset_receivable")

    def _book_open(self, kind):
        """Pay what is open of a document on an account of this kind."""
        due = self.bill_id.line_ids.filtered(
            lambda line: line.account_type == kind and not line.reconciled
        )
        account = due[:1].account_id
        move = self._post(
            [
                self._line(account, self.amount),
                self._line(self._money_account(), -self.amount),
            ]
        )
        paid = move.line_ids.filtered(lambda line: line.account_id == account)
        booking(due + paid).reconcile()
        return move

    def _money_account(self):
        return self.journal_id._pm_money_account()

    def _wallets(self):
        """Return {balance: amount} of the prepayments that this may give back."""
        self.ensure_one()
        return self._wallets_of_each()[self]

    def _wallets_of_each(self):
        """Return {payment: {balance: amount}} of what each may give back."""
        found = {}
        for company, payouts in self.grouped("company_id").items():
            partners = payouts.partner_id.with_company(company)
            wallets = partners._pm_wallets_of_each()
            for payout in payouts:
                found[payout] = wallets.get(payout.partner_id, {})
        return found

    def _line(self, account, amount, label=None, **more):
        analytic = self.estate_id.analytic_account_id
        is_result = account.account_type.startswith(("income", "expense"))
        return Command.create(
            {
                "account_id": account.id,
                "partner_id": self.partner_id.id,
                "name": label or self.reason,
                "balance": amount,
                "analytic_distribution": {str(analytic.id): 100}
                if analytic and is_result
                else False,
                **more,
            }
        )

    def _post(self, lines):
        move = (
            self.env["account.move"]
            .with_company(self.company_id)
            .create(
                {
                    "move_type": "entry",
                    "journal_id": self.journal_id.id,
                    "date": self.paid_on,
                    "ref": self.reason,
                    "line_ids": lines,
                }
            )
        )
        move._post(soft=False)
        return move
