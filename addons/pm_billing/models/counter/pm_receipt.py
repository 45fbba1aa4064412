from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import float_repr

from ...engine.capital_amount import capital_amount
from ..ledger.booked import booking
from ..ledger.business_day import today_at


class PmReceipt(models.Model):
    """Money taken at the counter: what it settled, and what was kept as prepayment.

    Money is in company currency. The oldest invoice is settled first; what is left
    over becomes a liability to the customer.
    """

    _name = "pm.receipt"
    _description = "Receipt"
    _inherit = ["mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char("Number", readonly=True, copy=False)
    date = fields.Date(
        required=True, default=fields.Date.context_today, index=True, readonly=True
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, readonly=True
    )
    property_id = fields.Many2one(
        "pm.property", index="btree_not_null", readonly=True, check_company=True
    )
    estate_id = fields.Many2one(
        "pm.property", index=True, readonly=True, check_company=True
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users",
        "Cashier",
        default=lambda self: self.env.user,
        readonly=True,
        index=True,
    )
    kind = fields.Selection(
        [("money", "Money Received"), ("prepaid", "Prepayment Used")],
        required=True,
        default="money",
        readonly=True,
    )
    journal_id = fields.Many2one(
        "account.journal",
        "Method",
        readonly=True,
        check_company=True,
        help="Cash, bank, WeChat … as the company keeps its journals.",
    )
    memo = fields.Char()
    print_count = fields.Integer(
        "Printed", readonly=True, copy=False, aggregator=None, help="How many times."
    )
    amount = fields.Monetary(required=True, readonly=True)
    amount_applied = fields.Monetary("Settled", readonly=True)
    amount_prepaid = fields.Monetary(
        "Kept as Prepayment", readonly=True, help="Paid beyond what was open."
    )
    line_ids = fields.One2many(
        "pm.receipt.line", "receipt_id", "Settled Charges", readonly=True
    )
    cancellation_ids = fields.One2many(
        "pm.receipt.cancellation", "receipt_id", readonly=True
    )
    payment_id = fields.Many2one(
        "account.payment",
        readonly=True,
        index="btree_not_null",
        copy=False,
        ondelete="restrict",
    )
    move_id = fields.Many2one(
        "account.move",
        "Journal Entry",
        readonly=True,
        index="btree_not_null",
        copy=False,
        ondelete="restrict",
    )
    request_key = fields.Char(
        readonly=True,
        copy=False,
        help="Key of the form that asked for the receipt; a form books once.",
    )
    turn = fields.Integer(
        readonly=True,
        copy=False,
        aggregator=None,
        help="Counts the receipts of a customer. Two payments that saw the same debt "
        "want the same turn, and the database lets one of them have it.",
    )
    state = fields.Selection(
        [("posted", "Posted"), ("cancelled", "Cancelled")],
        default="posted",
        required=True,
        readonly=True,
        tracking=True,
    )

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "The amount must be above zero."
    )
    _name_unique = models.UniqueIndex(
        "(company_id, name)", "This receipt number is taken."
    )
    _request_once = models.UniqueIndex(
        "(request_key, kind, COALESCE(journal_id, 0)) "
        "WHERE request_key IS NOT NULL AND state <> 'cancelled'",
        "This payment is booked already.",
    )
    _turn_once = models.UniqueIndex(
        "(company_id, partner_id, turn)",
        "Another payment of this customer was booked at the same moment.",
    )

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_cancel(self):
        """Open the request: a cancellation has a reason, and often two people."""
        self.ensure_one()
        under_way = self.cancellation_ids.filtered(
            lambda request: request.state in ("draft", "approval")
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Cancel Receipt"),
            "res_model": "pm.receipt.cancellation",
            "res_id": under_way.id,
            "view_mode": "form",
            "target": "new",
            "context": {"default_receipt_id": self.id},
        }

    def _cancel(self, reason, user=None):
        """Take the receipts back: what they settled is open again.

        The state goes first: of two who cancel one receipt at the same moment the
        database has the second wait, start anew, and find it cancelled.

        :param user: who gives the money back; who calls, when not given
        :raises UserError: a prepayment of it was used meanwhile
        """
        self.check_access("write")
        posted = self.filtered(lambda receipt: receipt.state == "posted")
        posted.sudo()._as_step().state = "cancelled"
        posted.flush_recordset(["state"])
        for receipt in posted:
            receipt._check_prepayment_unused()
            receipt._reverse_entry()
            receipt._out_of_drawer(user or self.env.user)
            receipt.sudo().message_post(body=self.env._("Cancelled: %s", reason))
            receipt.partner_id.invalidate_recordset(["pm_prepaid"])

    def _reverse_entry(self):
        """Reverse the entry as of today: what was booked stays in the books."""
        self.ensure_one()
        move_sudo = booking(self.move_id.sudo())
        day = max(today_at(self.estate_id), move_sudo.date)
        self.company_id._pm_check_unlocked(day, move_sudo.journal_id)
        move_sudo.line_ids.remove_move_reconcile()
        move_sudo._reverse_moves(
            [{"date": day, "ref": self.env._("Cancelled: %s", self.name)}],
            cancel=True,
        )
        booking(self.payment_id.sudo()).state = "canceled"

    @api.model
    def _of_entries(self, moves):
        """Return the receipts whose entries these are, or whose cancellation."""
        entries = moves | moves.reversed_entry_id
        return entries and self.search([("move_id", "in", entries.ids)])

    def _belongs_to_receipt(self):
        """Return why an entry is not changed, and what to do instead."""
        self.ensure_one()
        if self.state == "cancelled":
            return self.env._(
                "This belongs to the receipt %(receipt)s of %(customer)s, which is "
                "cancelled. Its entries stay as they are, one against the other.",
                receipt=self.name,
                customer=self.partner_id.name,
            )
        return self.env._(
            "This belongs to the receipt %(receipt)s of %(customer)s, which would stay "
            "as it is. Cancel the receipt instead: what it settled is open again.",
            receipt=self.name,
            customer=self.partner_id.name,
        )

    def _check_prepayment_unused(self):
        account = self.company_id.sudo().pm_prepayment_account_id
        used = self.payment_id and self.move_id.sudo().line_ids.filtered(
            lambda line: line.account_id == account and line.matched_debit_ids
        )
        if used:
            raise UserError(
                self.env._(
                    "The prepayment of %s was used for other bills. Cancel the "
                    "receipts that used it first.",
                    self.name,
                )
            )

    def _amount_in_words(self):
        """Return the amount in words, in capital numerals on a Chinese receipt."""
        self.ensure_one()
        currency = self.currency_id
        if currency.name == "CNY" and (self.env.lang or "").startswith("zh"):
            digits = currency.decimal_places
            return capital_amount(Decimal(float_repr(self.amount, digits)))
        return currency.amount_to_text(self.amount)

    def action_print(self):
        self.check_access("read")
        return self.env.ref("pm_billing.pm_receipt_report").report_action(
            self, config=False
        )

    def action_view_entry(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "view_mode": "form",
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_except_numbered(self):
        raise ValidationError(
            self.env._("Receipts stay on record. Cancel the receipt instead.")
        )
