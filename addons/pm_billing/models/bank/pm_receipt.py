from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class PmReceipt(models.Model):
    """What a statement says of the money of a receipt."""

    _inherit = "pm.receipt"

    channel_ref = fields.Char(
        "Number of the Transaction",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="By which the payment channel or the bank knows the payment.",
    )
    statement_line_id = fields.Many2one(
        "account.bank.statement.line",
        compute="_compute_statement_line_id",
        compute_sudo=True,
        help="The line that shows its money.",
    )
    is_matched = fields.Boolean(
        "Seen on a Statement",
        compute="_compute_statement_line_id",
        search="_search_is_matched",
        compute_sudo=True,
    )

    def _clearing_line(self):
        """Return the line of the money on the clearing account of its channel."""
        account = self.journal_id.pm_clearing_account_id
        return self.move_id.line_ids.filtered(
            lambda line: account and line.account_id == account
        )

    def _reverse_entry(self):
        """What showed the money is on the lists of what is not matched again."""
        self._open_statement_lines()
        self._open_trade_rows()
        return super()._reverse_entry()

    def _open_statement_lines(self):
        mine = self.sudo()._clearing_line()
        theirs = (
            mine.matched_credit_ids.credit_move_id
            | mine.matched_debit_ids.debit_move_id
        ).filtered("move_id.statement_line_id")
        for move, items in theirs.grouped("move_id").items():
            self._check_line_unlocked(move.statement_line_id)
            move.statement_line_id._pm_reopen(items)

    def _check_line_unlocked(self, line):
        """:raises UserError: the books of the statement's day are closed"""
        if self.company_id.sudo()._get_violated_lock_dates(
            line.date, False, line.journal_id
        ):
            raise UserError(
                self.env._(
                    "The money of %(receipt)s stands on the statement of %(day)s, "
                    "whose books are closed: it could not be opened there. Have the "
                    "accountant open that day for you (an exception to the lock "
                    "date), then cancel the receipt.",
                    receipt=self.name,
                    day=format_date(self.env, line.date),
                )
            )

    def _open_trade_rows(self):
        rows_sudo = (
            self.env["pm.statement.row"]
            .sudo()
            .search(
                [
                    ("receipt_id", "=", self.id),
                    ("amount", ">", 0),
                    ("state", "=", "matched"),
                ]
            )
        )
        rows_sudo._as_step().write(
            {
                "state": "open",
                "settled_by_id": False,
                "reason": self._cancelled_reason(),
            }
        )

    def _cancelled_reason(self):
        return self.env._("The receipt %s was cancelled.", self.name)

    def _compute_statement_line_id(self):
        for receipt in self:
            line = receipt._clearing_line()
            parts = line.matched_credit_ids.credit_move_id | (
                line.matched_debit_ids.debit_move_id
            )
            receipt.statement_line_id = parts.move_id.statement_line_id[:1]
            receipt.is_matched = bool(line) and all(line.mapped("reconciled"))

    def _search_is_matched(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        lines_sudo = (
            self.env["account.move.line"]
            .sudo()
            .search(
                [
                    ("account_id.account_type", "=", "asset_current"),
                    ("reconciled", "=", True),
                    ("payment_id", "!=", False),
                ]
            )
        )
        return [("payment_id", "in", lines_sudo.payment_id.ids)]
