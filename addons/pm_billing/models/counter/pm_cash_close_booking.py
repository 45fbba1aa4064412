from odoo import Command, models
from odoo.exceptions import UserError


class PmCashClose(models.Model):
    """What closing a day books."""

    _inherit = "pm.cash.close"

    def _book(self):
        """Book what cash was over or short, and what is on its way to the bank.

        The other methods are not booked here: what a terminal shows and the system does
        not is found when its statement is matched.
        """
        for line in self.line_ids.filtered("is_cash"):
            if not self.currency_id.is_zero(line.difference):
                self._post_entry(
                    line.journal_id,
                    self._difference_account(line),
                    line.difference,
                    self.env._(
                        "Cash difference of %(day)s: %(reason)s",
                        day=self.display_name,
                        reason=line.reason,
                    ),
                )
        if self.amount_deposited:
            journal = self.line_ids.filtered("is_cash")[:1].journal_id
            self._post_entry(
                journal,
                self.company_id.transfer_account_id,
                -self.amount_deposited,
                self.env._("Deposit slip %s", self.deposit_ref),
            )

    def _difference_account(self, line):
        journal = line.journal_id
        if line.difference > 0:
            return (
                journal.profit_account_id
                or self.company_id.default_cash_difference_income_account_id
            )
        return (
            journal.loss_account_id
            or self.company_id.default_cash_difference_expense_account_id
        )

    def _post_entry(self, journal, account, amount, label):
        """Post ``amount`` into the drawer, from ``account``; below zero out of it."""
        if not account or not journal.default_account_id:
            raise UserError(
                self.env._(
                    "The journal %s lacks an account for cash differences or "
                    "transfers. Nothing was closed; ask the accountant to set it.",
                    journal.name,
                )
            )
        self.company_id._pm_check_unlocked(self.date, journal)
        analytic = self.estate_id.analytic_account_id
        move = (
            self.env["account.move"]
            .with_company(self.company_id)
            .create(
                {
                    "move_type": "entry",
                    "journal_id": journal.id,
                    "date": self.date,
                    "ref": label,
                    "pm_cash_close_id": self.id,
                    "line_ids": [
                        Command.create(
                            {
                                "account_id": journal.default_account_id.id,
                                "name": label,
                                "balance": amount,
                            }
                        ),
                        Command.create(
                            {
                                "account_id": account.id,
                                "name": label,
                                "balance": -amount,
                                "analytic_distribution": {str(analytic.id): 100}
                                if analytic
                                else False,
                            }
                        ),
                    ],
                }
            )
        )
        move._post(soft=False)
        return move
