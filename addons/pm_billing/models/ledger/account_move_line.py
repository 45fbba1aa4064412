from odoo import api, fields, models

# What a line of a bill or receipt amounts to, and for whom.
BOOKED_FIELDS = {
    "move_id",
    "partner_id",
    "currency_id",
    "balance",
    "debit",
    "credit",
    "amount_currency",
    "price_unit",
    "quantity",
    "discount",
    "tax_ids",
    "display_type",
    "pm_charge_id",
}


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    pm_charge_id = fields.Many2one(
        "pm.charge", "Charge", index="btree_not_null", copy=False, readonly=True
    )

    @api.model_create_multi
    def create(self, vals_list):
        """No line is added to an entry that a run or receipt has posted."""
        moves = self.env["account.move"].browse(
            {vals["move_id"] for vals in vals_list if vals.get("move_id")}
        )
        moves.filtered(lambda move: move.state == "posted")._pm_refuse_change()
        return super().create(vals_list)

    def write(self, vals):
        if "account_id" in vals or not BOOKED_FIELDS.isdisjoint(vals):
            self.filtered(
                lambda line: line._pm_will_change(vals)
            ).move_id._pm_refuse_change()
        return super().write(vals)

    def _pm_will_change(self, vals):
        if self.parent_state != "posted":
            return False
        names = BOOKED_FIELDS.intersection(vals)
        account = self.env["account.account"].browse(vals.get("account_id"))
        # another income account is the accountant's to choose, another debt is not
        if "asset_receivable" in (self.account_type, account.account_type):
            names = {*names, "account_id"} & vals.keys()
        return any(
            self.env["account.move"]._field_will_change(self, vals, name)
            for name in names
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_booked(self):
        self.move_id.filtered(lambda move: move.state == "posted")._pm_refuse_change()

    # ------------------------------------------------------------------
    # Matching money with bills
    # ------------------------------------------------------------------

    def _pm_match_oldest(self, invoices):
        """Match these lines of a payment with invoices, the oldest first."""
        open_lines = invoices._pm_receivable_lines().sorted(
            lambda line: (line.date_maturity, line.date, line.id)
        )
        for invoice_lines in open_lines.grouped("account_id").values():
            if all(self.mapped("reconciled")):
                break
            (
                self.filtered(lambda line: not line.reconciled) + invoice_lines
            ).reconcile()

    def _pm_match_as_meant(self, wanted):
        """Match these lines of a payment with as much of each invoice as is wanted.

        Odoo matches as much as there is on both sides. Where less is meant, the match
        is made by itself.

        :param wanted: {invoice: amount}
        """
        for invoice, amount in wanted.items():
            currency = invoice.currency_id
            for line in invoice._pm_receivable_lines():
                money = self.filtered(lambda row: not row.reconciled)[:1]
                part = min(amount, line.amount_residual, -money.amount_residual)
                if not money or currency.compare_amounts(part, 0) <= 0:
                    break
                amount -= part
                most = min(line.amount_residual, -money.amount_residual)
                if not currency.compare_amounts(part, most):
                    (line + money).reconcile()
                else:
                    self.env["account.partial.reconcile"].create(
                        {
                            "debit_move_id": line.id,
                            "credit_move_id": money.id,
                            "amount": part,
                            "debit_amount_currency": part,
                            "credit_amount_currency": part,
                        }
                    )
