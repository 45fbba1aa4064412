from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from .booked import is_booking

# What charges and receipts rely on. Due date, reference, notes and numbers may change.
BOOKED_FIELDS = {
    "state",
    "move_type",
    "date",
    "invoice_date",
    "journal_id",
    "company_id",
    "currency_id",
    "partner_id",
    "fiscal_position_id",
    "invoice_cash_rounding_id",
    "invoice_line_ids",
    "line_ids",
    "reversed_entry_id",
    "pm_property_id",
    "pm_bill_run_id",
}


class AccountMove(models.Model):
    """What bill runs and receipts booked is changed by their own steps only.

    Accountants add to it: payments, credit notes, write-offs, other due dates. Charges
    follow these. What would leave charges or receipts behind is refused, with the way
    to do it.
    """

    _inherit = "account.move"

    def write(self, vals):
        if not BOOKED_FIELDS.isdisjoint(vals):
            self.filtered(lambda move: move._pm_will_change(vals))._pm_refuse_change()
        if vals.get("state") in ("draft", "cancel"):
            self._pm_release_bills()
        return super().write(vals)

    def _pm_release_bills(self):
        """What leaves the books settles nothing: open the bills it was matched with.

        Odoo keeps the match with a draft; bills would count as paid by what the ledger
        does not have.
        """
        posted = self.sudo().filtered(lambda move: move.state == "posted")
        lines = posted.line_ids
        (lines.matched_debit_ids | lines.matched_credit_ids).filtered(
            lambda part: (
                part.debit_move_id.move_id.pm_bill_run_id
                or part.credit_move_id.move_id.pm_bill_run_id
            )
        ).unlink()

    def _pm_will_change(self, vals):
        """Whether a posted entry gets another value in what others rely on."""
        if self.state != "posted":
            return self.state == "cancel" and vals.get("state") == "draft"
        return any(
            name.endswith("line_ids") or self._field_will_change(self, vals, name)
            for name in BOOKED_FIELDS.intersection(vals)
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_booked(self):
        self._pm_refuse_change()

    def _pm_refuse_change(self):
        """Refuse what would leave a charge or a receipt behind.

        :raises UserError: naming the entry, what it belongs to, and the way out
        """
        if is_booking(self) or not self:
            return
        move_sudo = self.sudo()
        if why := move_sudo._pm_owned():
            raise UserError(why)
        charges = (move_sudo | move_sudo.reversed_entry_id).pm_charge_ids
        for move in move_sudo:
            undone = move.reversed_entry_id.pm_charge_ids & charges
            if "cancelled" in (move.pm_charge_ids | undone).mapped("state"):
                raise UserError(
                    self.env._(
                        "%(entry)s was undone together with its bill run, or is the "
                        "entry that undid it. Both stay as they are; run the bills "
                        "again instead.",
                        entry=move.display_name,
                    )
                )
            if move.pm_charge_ids:
                raise UserError(
                    self.env._(
                        "%(entry)s bills charges of the run %(run)s, which would stay "
                        "as they were. Undo the bill run, or make a credit note of "
                        "what is not owed.",
                        entry=move.display_name,
                        run=move.pm_bill_run_id.name,
                    )
                )

    def _pm_owned(self):
        """Return to which document one of these entries belongs, and what to do there.

        Called with all rights. Documents that book an entry of their own extend it, so
        that it is not changed behind their back.
        """
        receipts = self.env["pm.receipt"]._of_entries(self)
        return receipts[0]._belongs_to_receipt() if receipts else None

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """A bill may be credited; a receipt, or a credit of a run, is taken back by
        its own step.
        """
        if not is_booking(self):
            own = self.filtered(
                lambda move: (
                    not move.pm_charge_ids
                    or move.move_type == "out_refund"
                    or "posted" not in move.sudo().pm_charge_ids.mapped("state")
                )
            )
            own._pm_refuse_change()
        return super()._reverse_moves(default_values_list, cancel)

    def _post(self, soft=True):
        if not is_booking(self):
            for move in self:
                move._pm_check_credit_note()
        return super()._post(soft)

    def _pm_check_credit_note(self):
        """A credit note takes back what is open of a bill, and no more.

        The rest would be a claim of the customer that no charge and no receipt knows.
        """
        bill = self.reversed_entry_id
        if self.move_type != "out_refund" or self.pm_charge_ids:
            return
        if not bill.sudo().pm_charge_ids:
            return
        if (
            self.currency_id.compare_amounts(self.amount_total, bill.amount_residual)
            > 0
        ):
            raise UserError(
                self.env._(
                    "The credit note of %(bill)s comes to %(amount)s, but only "
                    "%(open)s of it is open. Cancel the receipt of what was paid "
                    "first, or let the fee end or change: the next bill run then gives "
                    "back what was billed beyond.",
                    bill=bill.name,
                    amount=format_amount(self.env, self.amount_total, self.currency_id),
                    open=format_amount(
                        self.env, bill.amount_residual, self.currency_id
                    ),
                )
            )
