from odoo import api, fields, models
from odoo.exceptions import UserError

from ..ledger.business_day import set_today, today_at


class PmDeposit(models.Model):
    """A deposit: received by receipt, inspected, given back less what is kept.

    It is owed to who paid it from the first day to the last: no income, no prepayment.
    Amounts in company currency.
    """

    _name = "pm.deposit"
    _description = "Deposit"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "pm.estate.mixin",
        "pm.state.mixin",
    ]
    _order = "date desc, id desc"
    _check_company_auto = True

    kind = fields.Selection(
        [
            ("fitout", "Fit-Out"),
            ("key", "Keys and Cards"),
            ("facility", "Use of a Facility"),
            ("rent", "Rent"),
            ("other", "Other"),
        ],
        required=True,
        default="fitout",
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, tracking=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(required=True, tracking=True)
    date = fields.Date(
        required=True,
        compute="_compute_date",
        store=True,
        readonly=False,
        precompute=True,
    )
    journal_id = fields.Many2one(
        "account.journal",
        "Method",
        domain="[('type', 'in', ('cash', 'bank')), ('company_id', '=', company_id)]",
        check_company=True,
    )
    agreement = fields.Char(help="Where it is agreed: contract, rules, permit.")
    receipt_id = fields.Many2one(
        "pm.receipt", readonly=True, copy=False, index="btree_not_null"
    )
    inspected_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    inspected_on = fields.Date(readonly=True, copy=False)
    findings = fields.Text(copy=False)
    deduction_ids = fields.One2many(
        "pm.deposit.deduction", "deposit_id", "Deductions", copy=False
    )
    amount_deducted = fields.Monetary(
        compute="_compute_amounts", store=True, precompute=True
    )
    amount_back = fields.Monetary(
        "To Give Back", compute="_compute_amounts", store=True, precompute=True
    )
    payout_ids = fields.One2many("pm.payout", "deposit_id", readonly=True)
    state = fields.Selection(
        [
            ("draft", "New"),
            ("held", "Deposit Held"),
            ("inspected", "Inspected"),
            ("returned", "Deposit Returned"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "A deposit is above zero."
    )
    _not_below_zero = models.Constraint(
        "CHECK (amount_back >= 0)", "No more can be kept than was deposited."
    )
    _one_receipt = models.UniqueIndex(
        "(receipt_id) WHERE receipt_id IS NOT NULL", "This receipt has its deposit."
    )

    _user_columns = {
        **dict.fromkeys(
            ("kind", "partner_id", "amount", "date", "journal_id", "property_id"),
            ("draft",),
        ),
        "findings": ("held",),
    }

    @api.depends("kind", "property_id", "partner_id")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for deposit in self:
            place = deposit.property_id.sudo().code or ""
            name = deposit.partner_id.sudo().name or ""
            deposit.display_name = f"{kinds.get(deposit.kind)} {place} {name}".strip()

    @api.depends("property_id")
    def _compute_date(self):
        """The day that it is at the estate, unless said."""
        set_today(self, "date")

    @api.depends("amount", "deduction_ids.amount")
    def _compute_amounts(self):
        for deposit in self:
            deposit.amount_deducted = sum(deposit.deduction_ids.mapped("amount"))
            deposit.amount_back = deposit.amount - deposit.amount_deducted

    def action_receive(self):
        """Take the deposit at the counter; the receipt is numbered like others."""
        self.check_access("write")
        # money is taken by who may take money
        self.env["pm.receipt"].check_access("write")
        self._check_in_state("draft")
        for deposit in self:
            if not deposit.journal_id:
                raise UserError(deposit.env._("Choose how the money was paid."))
            deposit_sudo = deposit.sudo()._as_step()
            deposit_sudo.state = "held"
            deposit_sudo.flush_recordset(["state"])
            receipt = self.env["pm.receipt"]._receive_deposit(deposit)
            deposit_sudo.receipt_id = receipt

    def action_print_receipt(self):
        self.ensure_one()
        return self.receipt_id.action_print()

    def action_inspected(self):
        """Say that it was inspected; what is kept has a line with its reason.

        :raises UserError: something is kept, and nobody wrote down what was found
        """
        self.check_access("write")
        self._check_in_state("held")
        for deposit in self:
            if deposit.deduction_ids and not (deposit.findings or "").strip():
                raise UserError(
                    self.env._(
                        "Write down what was found at %s before something is kept.",
                        deposit.display_name,
                    )
                )
            deposit.sudo()._as_step().write(
                {
                    "state": "inspected",
                    "inspected_by_id": self.env.uid,
                    "inspected_on": today_at(deposit.property_id),
                }
            )

    def action_give_back(self):
        """Ask that it is paid back by the way it came, less what is kept."""
        self.check_access("write")
        self.ensure_one()
        self._check_in_state("inspected")
        payout = self.payout_ids.filtered(
            lambda row: row.state not in ("cancelled", "reversed")
        )[:1]
        payout = payout or self.env["pm.payout"].sudo()._as_step().create(
            {
                "kind": "deposit",
                "deposit_id": self.id,
                "property_id": self.property_id.id,
                "partner_id": self.partner_id.id,
                "amount": self.amount_back,
                "journal_id": self.receipt_id.sudo().journal_id.id,
                "reason": self.env._("Deposit back: %s", self.display_name),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "pm.payout",
            "res_id": payout.id,
            "view_mode": "form",
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_except_received(self):
        self._check_in_state("draft")
