from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import float_repr

from ..engine.capital_amount import capital_amount


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

    name = fields.Char(
        "Number", readonly=True, copy=False, default=lambda self: self.env._("New")
    )
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
    amount = fields.Monetary(required=True, readonly=True)
    amount_applied = fields.Monetary("Settled", readonly=True)
    amount_prepaid = fields.Monetary(
        "Kept as Prepayment", readonly=True, help="Paid beyond what was open."
    )
    line_ids = fields.One2many(
        "pm.receipt.line", "receipt_id", "Settled Charges", readonly=True
    )
    payment_id = fields.Many2one(
        "account.payment", readonly=True, index="btree_not_null", copy=False
    )
    move_id = fields.Many2one(
        "account.move",
        "Journal Entry",
        readonly=True,
        index="btree_not_null",
        copy=False,
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

    def write(self, vals):
        """What was booked stays as it is, whoever asks; a memo may be added."""
        if not self.env.su and any(self._fields[name].readonly for name in vals):
            raise AccessError(
                self.env._("Receipts are not changed. Cancel the receipt instead.")
            )
        return super().write(vals)

    # ------------------------------------------------------------------
    # Taking money
    # ------------------------------------------------------------------

    @api.model
    def _receive(self, partner, charges, amount, journal, **extra):
        """Take ``amount`` by ``journal`` and settle ``charges``, the oldest first.

        :param charges: open charges of ``partner``
        :param extra: further values of the receipt (property_id, memo, date)
        :return: the posted receipt
        :raises UserError: no amount, or a journal without an account
        """
        receipt = self._prepare(
            partner, charges, amount, journal_id=journal.id, **extra
        )
        account = journal.default_account_id
        if not account:
            raise UserError(
                self.env._(
                    "The journal %s has no account. Set it in the accounting settings.",
                    journal.name,
                )
            )
        payment = (
            self.env["account.payment"]
            .sudo()
            .with_company(receipt.company_id)
            .create(receipt._prepare_payment())
        )
        # Odoo computes it on creation; the money is at hand, nothing is outstanding
        payment.outstanding_account_id = account
        payment._generate_journal_entry(
            write_off_line_vals=receipt._prepare_prepayment_lines()
        )
        payment.action_post()
        receipt.sudo().write({"payment_id": payment.id, "move_id": payment.move_id.id})
        receipt._settle(charges)
        return receipt

    @api.model
    def _use_prepayment(self, partner, charges, **extra):
        """Settle ``charges`` from what ``partner`` has prepaid, the oldest first.

        :return: the posted receipt, empty when nothing is prepaid or open
        """
        prepaid = partner.sudo().pm_prepaid
        amount = min(prepaid, sum(charges.mapped("amount_residual")))
        if self.env.company.currency_id.compare_amounts(amount, 0) <= 0:
            return self.browse()
        receipt = self._prepare(partner, charges, amount, kind="prepaid", **extra)
        move = (
            self.env["account.move"]
            .sudo()
            .with_company(receipt.company_id)
            .create(receipt._prepare_prepayment_move())
        )
        move._post(soft=False)
        receipt.sudo().move_id = move
        receipt._match_prepayments()
        receipt._settle(charges)
        return receipt

    @api.model
    def _prepare(self, partner, charges, amount, **extra):
        """Return a new receipt with its amounts split."""
        company = charges.company_id or self.env.company
        company.ensure_one()
        currency = company.currency_id
        amount = currency.round(amount)
        if amount <= 0:
            raise UserError(self.env._("Enter the amount that was paid, above zero."))
        # whoever may write receipts takes money; by this way only
        self.check_access("write")
        total = currency.round(sum(charges.mapped("amount_residual")))
        applied = min(amount, total)
        place = (
            self.env["pm.property"].browse(extra.get("property_id"))
            or charges.property_id[:1]
            or partner.pm_occupancy_ids.property_id[:1]
        )
        receipt_sudo = self.sudo().create(
            {
                "name": self.env["ir.sequence"]
                .with_company(company)
                .next_by_code("pm.receipt"),
                "partner_id": partner.id,
                "company_id": company.id,
                "estate_id": (place.estate_id or partner.pm_estate_id).id,
                "amount": amount,
                "amount_applied": applied,
                "amount_prepaid": currency.round(amount - applied),
                **extra,
            }
        )
        receipt = receipt_sudo.sudo(self.env.su)
        receipt.check_access("write")
        return receipt

    def _prepare_payment(self):
        self.ensure_one()
        return {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": self.partner_id.id,
            "amount": self.amount,
            "currency_id": self.currency_id.id,
            "date": self.date,
            "journal_id": self.journal_id.id,
            "memo": self.name,
        }

    def _prepare_prepayment_lines(self):
        """Return the lines of the payment that are kept as prepayment."""
        self.ensure_one()
        if self.currency_id.is_zero(self.amount_prepaid):
            return []
        return [
            {
                "account_id": self.company_id._pm_get_prepayment_account().id,
                "partner_id": self.partner_id.id,
                "name": self.env._("Prepayment %s", self.name),
                "currency_id": self.currency_id.id,
                "amount_currency": -self.amount_prepaid,
                "balance": -self.amount_prepaid,
            }
        ]

    def _prepare_prepayment_move(self):
        """Return the entry that moves a prepayment to the receivable."""
        self.ensure_one()
        partner = self.partner_id.sudo().with_company(self.company_id)
        journal = (
            self.env["account.journal"]
            .sudo()
            .search(
                [
                    *self.env["account.journal"]._check_company_domain(self.company_id),
                    ("type", "=", "general"),
                ],
                limit=1,
            )
        )
        common = {"partner_id": partner.id, "name": self.name}
        return {
            "move_type": "entry",
            "journal_id": journal.id,
            "date": self.date,
            "ref": self.name,
            "line_ids": [
                Command.create(
                    {
                        **common,
                        "account_id": self.company_id._pm_get_prepayment_account().id,
                        "debit": self.amount,
                    }
                ),
                Command.create(
                    {
                        **common,
                        "account_id": partner.property_account_receivable_id.id,
                        "credit": self.amount,
                    }
                ),
            ],
        }

    def _match_prepayments(self):
        """Reconcile the used prepayment with the earlier payments it came from."""
        account = self.company_id._pm_get_prepayment_account()
        lines = (
            self.env["account.move.line"]
            .sudo()
            .search(
                [
                    ("account_id", "=", account.id),
                    ("partner_id", "=", self.partner_id.id),
                    ("company_id", "=", self.company_id.id),
                    ("parent_state", "=", "posted"),
                    ("reconciled", "=", False),
                ]
            )
        )
        lines.reconcile()

    def _settle(self, charges):
        """Reconcile with the invoices of ``charges`` and note what was settled."""
        self.ensure_one()
        self.partner_id.invalidate_recordset(["pm_prepaid"])
        before = {charge: charge.amount_residual for charge in charges}
        receivable = self.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        ).sudo()
        invoices = charges.move_id.sudo()
        open_lines = invoices.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )
        for invoice_lines in self._in_order(open_lines):
            if all(receivable.mapped("reconciled")):
                break
            (
                receivable.filtered(lambda line: not line.reconciled) + invoice_lines
            ).reconcile()
        self.sudo().line_ids = [
            Command.create(
                {
                    "charge_id": charge.id,
                    "amount": before[charge] - charge.amount_residual,
                    "is_full": charge.payment_state == "paid",
                }
            )
            for charge in charges
            if charge.currency_id.compare_amounts(
                before[charge], charge.amount_residual
            )
        ]

    @api.model
    def _in_order(self, lines):
        """Return the receivable lines of each account, the oldest first."""
        ordered = lines.sorted(lambda line: (line.date_maturity, line.date, line.id))
        return list(ordered.grouped("account_id").values())

    # ------------------------------------------------------------------
    # Actions
    # ------------------------------------------------------------------

    def action_cancel(self):
        """Take the receipt back: what it settled is open again.

        :raises UserError: a prepayment of it was used meanwhile
        """
        self.check_access("write")
        for receipt in self.filtered(lambda receipt: receipt.state == "posted"):
            receipt._check_prepayment_unused()
            receipt._reverse_entry()
            receipt.sudo().state = "cancelled"
            receipt.partner_id.invalidate_recordset(["pm_prepaid"])

    def _reverse_entry(self):
        """Reverse the entry as of today: what was booked stays in the books."""
        self.ensure_one()
        move_sudo = self.move_id.sudo()
        move_sudo.line_ids.remove_move_reconcile()
        move_sudo._reverse_moves(
            [
                {
                    "date": max(fields.Date.context_today(self), move_sudo.date),
                    "ref": self.env._("Cancelled: %s", self.name),
                }
            ],
            cancel=True,
        )
        self.payment_id.sudo().state = "canceled"

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
        return self.env.ref("pm_billing.pm_receipt_report").report_action(
            self, config=False
        )

    def action_view_entry(self):
        self.ensure_one()
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
