from odoo import Command, fields, models


class AccountBankStatementLine(models.Model):
    """Booking what a line of a statement was."""

    _inherit = "account.bank.statement.line"

    pm_file_id = fields.Many2one(
        "pm.statement.file", "Statement File", readonly=True, index="btree_not_null"
    )
    pm_matched_by = fields.Selection(
        [
            ("reference", "Reference"),
            ("payer", "Payer and Amount"),
            ("amount", "Amount and Day"),
            ("rule", "Known Payer"),
            ("bill", "Number of a Bill"),
            ("fee", "Fee of the Channel"),
            ("transfer", "Transfer"),
            ("settlement", "Settlement of a Channel"),
            ("hand", "By Hand"),
        ],
        "Matched by",
        readonly=True,
        copy=False,
    )

    def _auto_reconcile(self):
        """Lines of our channels settle bills through receipts only."""
        ours = self.filtered("journal_id.pm_channel")
        return super(AccountBankStatementLine, self - ours)._auto_reconcile()

    def _pm_book(self, by, counterparts):
        """Put what the line was in the place of the suspense line, and reconcile it.

        :param by: one of ``pm_matched_by``
        :param counterparts: list of (account, amount, partner, label, move lines to
            reconcile with); amounts add up to that of the line
        """
        self.ensure_one()
        move = self.move_id
        _liquidity, suspense, other = self._seek_for_lines()
        quiet = {
            "skip_account_move_synchronization": True,
            "force_delete": True,
            "skip_invoice_sync": True,
            "skip_readonly_check": True,
            "check_move_validity": False,
        }
        container = {"records": move, "self": move}
        to_reconcile = []
        with move._check_balanced(container):
            move.with_context(**quiet).write(
                {"line_ids": [Command.delete(line.id) for line in suspense + other]}
            )
            for account, amount, partner, label, lines in counterparts:
                made = (
                    self.env["account.move.line"]
                    .with_context(**quiet)
                    .create(
                        {
                            "move_id": move.id,
                            "account_id": account.id,
                            "partner_id": partner.id,
                            "name": label or self.payment_ref,
                            "currency_id": self.company_id.currency_id.id,
                            "balance": -amount,
                            "amount_currency": -amount,
                        }
                    )
                )
                if lines:
                    to_reconcile.append(made + lines)
        for lines in to_reconcile:
            lines.reconcile()
        self._as_step().pm_matched_by = by
        self.invalidate_recordset(["is_reconciled", "amount_residual"])

    def action_pm_receipt(self):
        """Open the dialog in which is said who paid, to make the receipt."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Make Receipt"),
            "res_model": "pm.statement.payer",
            "view_mode": "form",
            "target": "new",
            "context": {"default_line_id": self.id},
        }

    def reconcile_bank_line(self):
        """What was matched by hand is learnt from: who pays under which name."""
        result = super().reconcile_bank_line()
        for line in self.filtered("journal_id.pm_channel"):
            partner = line.partner_id or line.move_id.line_ids.partner_id[:1]
            if line.amount > 0 and line.is_reconciled and partner:
                line.sudo()._as_step().pm_matched_by = "hand"
                self.env["pm.payer.rule"].sudo()._learn(
                    line.partner_name, partner.sudo(), line.company_id
                )
        return result
