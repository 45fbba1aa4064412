from odoo import Command, fields, models


class AccountBankStatementLine(models.Model):
    """Booking what a line of a statement was, and taking it back."""

    _name = "account.bank.statement.line"
    _inherit = ["account.bank.statement.line", "pm.cron.mixin"]

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
    pm_problem = fields.Char(
        "Why It Is Left",
        readonly=True,
        copy=False,
        help="What stopped its matching when it was last tried.",
    )
    # OCA hands on the choices of other models as they stand in the code: in English.
    reconcile_mode = fields.Selection(
        selection=lambda self: self._pm_choices("account.journal", "reconcile_mode")
    )
    manual_move_type = fields.Selection(
        selection=lambda self: self._pm_choices("account.move", "move_type")
    )

    def _pm_choices(self, model, field):
        """The choices of a field of another model, in the user's language."""
        return self.env[model]._fields[field]._description_selection(self.env)

    def _auto_reconcile(self):
        """Lines of our channels settle bills through receipts only."""
        ours = self.filtered("journal_id.pm_channel")
        return super(AccountBankStatementLine, self - ours)._auto_reconcile()

    def _pm_book(self, by, counterparts):
        """Put what the line was in the place of the suspense line, and reconcile it.

        :param by: one of ``pm_matched_by``
        :param counterparts: list of (account, amount, partner, label, move lines to
            reconcile with); amounts add up to what is left of the line
        """
        self.ensure_one()
        _liquidity, suspense, _other = self._seek_for_lines()
        made = self._pm_exchange(
            suspense,
            [
                {
                    "account_id": account.id,
                    "partner_id": partner.id,
                    "name": label or self.payment_ref,
                    "balance": -amount,
                    "amount_currency": -amount,
                }
                for account, amount, partner, label, _lines in counterparts
            ],
        )
        for line, (*_what, lines) in zip(made, counterparts, strict=True):
            if lines:
                (line + lines).reconcile()
        self._as_step().write({"pm_matched_by": by, "pm_problem": False})

    def _pm_left(self):
        """Return what of the amount nothing stands for yet."""
        _liquidity, suspense, _other = self._seek_for_lines()
        return self.company_id.currency_id.round(-sum(suspense.mapped("balance")))

    def _pm_exchange(self, lines, vals_list):
        """Put other journal items in the place of some; the entry stays balanced.

        :return: the new ones, in the order of ``vals_list``
        """
        move = self.move_id
        quiet = {
            "skip_account_move_synchronization": True,
            "force_delete": True,
            "skip_invoice_sync": True,
            "skip_readonly_check": True,
            "check_move_validity": False,
        }
        with move._check_balanced({"records": move, "self": move}):
            move.with_context(**quiet).write(
                {"line_ids": [Command.delete(line.id) for line in lines]}
            )
            made = (
                self.env["account.move.line"]
                .with_context(**quiet)
                .create(
                    [
                        {
                            "move_id": move.id,
                            "currency_id": self.company_id.currency_id.id,
                            **vals,
                        }
                        for vals in vals_list
                    ]
                )
            )
        self.invalidate_recordset(["is_reconciled", "amount_residual"])
        return made

    def _pm_reopen(self, lines):
        """Take back what these items of the entry stood for.

        Their money is on the list of what is not matched again; what else the line
        shows stays as it is, such as the other payments of a settlement.
        """
        self.ensure_one()
        _liquidity, suspense, other = self._seek_for_lines()
        if other <= lines:
            self.action_undo_reconciliation()
            return
        lines._as_step("pm_reopening").remove_move_reconcile()
        amount = sum((lines + suspense).mapped("balance"))
        self._pm_exchange(
            lines + suspense,
            [
                {
                    "account_id": self.journal_id.suspense_account_id.id,
                    "name": self.payment_ref,
                    "balance": amount,
                    "amount_currency": amount,
                }
            ],
        )
        self._as_step().write({"pm_matched_by": False, "pm_problem": False})

    def action_undo_reconciliation(self):
        """What a line was matched with is forgotten together with the match."""
        if not self:
            # Odoo calls it for nothing, as whoever writes journal items
            return None
        self.check_access("write")
        result = super(
            AccountBankStatementLine, self._as_step("pm_reopening")
        ).action_undo_reconciliation()
        lines_sudo = self.sudo()._as_step()
        lines_sudo.write({"pm_matched_by": False, "pm_problem": False})
        rows_sudo = lines_sudo.env["pm.statement.row"].search(
            [("settled_by_id", "in", self.ids)]
        )
        rows_sudo._as_step().settled_by_id = False
        return result

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
