from odoo import fields, models


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
