from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount


class PmPayout(models.Model):
    """Money that leaves: a deposit or prepayment back, or a vendor's bill.

    Who asks for it does not approve it, and does not pay it. From which amount who is
    asked is a matter of approval levels. Amounts in company currency.
    """

    _name = "pm.payout"
    _description = "Outgoing Payment"
    _inherit = ["mail.thread", "mail.activity.mixin", "pm.second.person.mixin"]
    _order = "id desc"
    _rec_name = "reason"
    _check_company_auto = True

    kind = fields.Selection(
        [
            ("deposit", "Deposit Back"),
            ("prepayment", "Prepayment Back"),
            ("bill", "Bill of a Vendor"),
            ("refund", "Credit Note of a Customer"),
        ],
        required=True,
        default="prepayment",
    )
    partner_id = fields.Many2one(
        "res.partner", "Payee", required=True, index=True, tracking=True
    )
    property_id = fields.Many2one(
        "pm.property", index="btree_not_null", check_company=True
    )
    estate_id = fields.Many2one(
        "pm.property",
        compute="_compute_estate_id",
        store=True,
        index=True,
        precompute=True,
        check_company=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(required=True, tracking=True)
    reason = fields.Char(required=True)
    date_planned = fields.Date(
        "Pay On",
        index=True,
        help="When it is to leave; the cash forecast counts it in that week.",
    )
    journal_id = fields.Many2one(
        "account.journal",
        "Method",
        domain="[('type', 'in', ('cash', 'bank')), ('company_id', '=', company_id)]",
        check_company=True,
        help="Money goes back by the way it came.",
    )
    deposit_id = fields.Many2one(
        "pm.deposit",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    bill_id = fields.Many2one(
        "account.move",
        index="btree_not_null",
        domain="[('move_type', '=', kind == 'refund' and 'out_refund' or 'in_invoice'),"
        " ('state', '=', 'posted'), ('payment_state', 'in', ('not_paid', 'partial'))]",
        check_company=True,
    )
    close_id = fields.Many2one(
        "pm.cash.close", readonly=True, copy=False, index="btree_not_null"
    )
    move_id = fields.Many2one(
        "account.move", "Journal Entry", readonly=True, copy=False
    )
    asked_by_id = fields.Many2one(
        "res.users", "Asked for by", readonly=True, copy=False
    )
    paid_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    paid_on = fields.Date(readonly=True, copy=False)
    state = fields.Selection(
        [
            ("draft", "New"),
            ("approval", "Waiting for Approval"),
            ("approved", "Awaiting Payment"),
            ("paid", "Paid Out"),
            ("reversed", "Came Back"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )

    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "An amount below zero is not paid."
    )
    _one_a_deposit = models.UniqueIndex(
        "(deposit_id) WHERE deposit_id IS NOT NULL"
        " AND state NOT IN ('cancelled', 'reversed')",
        "This deposit is being given back already.",
    )

    _user_columns = dict.fromkeys(
        (
            "kind",
            "partner_id",
            "property_id",
            "amount",
            "reason",
            "journal_id",
            "other_way",
            "bill_id",
            "date_planned",
        ),
        ("draft",),
    )

    @api.depends("property_id")
    def _compute_estate_id(self):
        for payout in self:
            payout.estate_id = payout.property_id.estate_id

    def write(self, vals):
        """What a deposit comes to is worked out there."""
        if not self._writes_freely() and {"kind", "partner_id", "amount"} & vals.keys():
            if self.deposit_id:
                raise UserError(
                    self.env._("Change the deductions of the deposit instead.")
                )
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        payouts = super().create(vals_list)
        for payout in payouts:
            if not self._writes_freely() and payout.kind == "deposit":
                raise UserError(
                    self.env._("Open the deposit, and give it back from there.")
                )
        return payouts

    def _check_submittable(self):
        result = super()._check_submittable()
        for payout in self:
            payout._check_owed()
        return result

    def _check_owed(self):
        """No more is paid than is owed.

        :raises UserError: naming what is
        """
        self.ensure_one()
        payout = self.sudo()
        if payout.kind == "deposit":
            owed = payout.deposit_id.amount_back
        elif payout.kind == "prepayment":
            owed = sum(payout._wallets().values())
        else:
            payout._check_bill()
            owed = payout.bill_id.amount_residual
        if payout.currency_id.compare_amounts(payout.amount, owed) > 0:
            raise UserError(
                self.env._(
                    "%(payout)s comes to %(amount)s, but only %(owed)s is owed.",
                    payout=payout.reason,
                    amount=format_amount(self.env, payout.amount, payout.currency_id),
                    owed=format_amount(self.env, owed, payout.currency_id),
                )
            )

    def _check_bill(self):
        """What is paid is what the vendor billed, or what a customer was credited.

        :raises UserError: another document, or of somebody else
        """
        wanted = "out_refund" if self.kind == "refund" else "in_invoice"
        bill = self.bill_id
        if bill.move_type != wanted or bill.state != "posted":
            raise UserError(
                self.env._(
                    "%s: choose the posted bill or credit note that it pays.",
                    self.reason,
                )
            )
        if bill.commercial_partner_id != self.partner_id.commercial_partner_id:
            raise UserError(
                self.env._(
                    "%(bill)s is of %(owner)s, and %(payee)s would be paid.",
                    bill=bill.name,
                    owner=bill.commercial_partner_id.name,
                    payee=self.partner_id.name,
                )
            )

    def action_submit(self):
        """Who asks neither approves nor pays, whoever entered it."""
        self._check_submittable()
        self.check_access("write")
        self.sudo()._as_step().asked_by_id = self.env.user
        return super().action_submit()

    def _asked_by(self):
        return super()._asked_by() | self.asked_by_id

    def action_cancel(self):
        """Give the request up; nothing has left yet."""
        self.check_access("write")
        self._check_in_state("draft", "approved")
        self.sudo()._as_step().state = "cancelled"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_asked(self):
        self._check_in_state("draft")
