from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_amount


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
            payout._check_something()
            payout._check_owed(("approval", "approved"))
        return result

    def _check_something(self):
        """A deposit that is kept whole is given back with nothing; else there is some.

        :raises UserError: naming the request
        """
        if self.kind != "deposit" and self.currency_id.is_zero(self.amount):
            raise UserError(
                self.env._("%s: enter the amount that is to be paid.", self.reason)
            )

    def _approve(self):
        """Of two requests over one balance the first that is approved has it."""
        for payout in self:
            payout._check_owed(("approved",))
        return super()._approve()

    def _check_owed(self, reserved=()):
        """No more is paid than is owed, and no more promised than is there.

        :param reserved: states in which other requests over the same balance keep
            what they ask for; none where the money leaves now
        :raises UserError: naming what is left
        """
        self.ensure_one()
        payout = self.sudo()
        if payout.kind in ("bill", "refund"):
            payout._check_bill()
        if reserved:
            payout._one_at_a_time()
        others = payout._others_asking(reserved)
        owed = payout._owed(others)
        if payout.currency_id.compare_amounts(payout.amount, owed) <= 0:
            return
        told = {
            "payout": payout.reason,
            "amount": format_amount(self.env, payout.amount, payout.currency_id),
            "owed": format_amount(self.env, owed, payout.currency_id),
        }
        if others:
            raise UserError(
                self.env._(
                    "%(payout)s comes to %(amount)s, but only %(owed)s is owed and not "
                    "asked for by another request: %(others)s.",
                    others=", ".join(others.mapped("reason")),
                    **told,
                )
            )
        raise UserError(
            self.env._(
                "%(payout)s comes to %(amount)s, but only %(owed)s is owed.", **told
            )
        )

    def _one_at_a_time(self):
        """Of two at once over one balance the second one sees the first.

        The payee's row is rewritten as it is: a lock alone would let the second go on
        with what it read before.
        """
        self.env.cr.execute(
            SQL("UPDATE res_partner SET id = id WHERE id = %s", self.partner_id.id)
        )

    def _others_asking(self, states):
        """Return the other requests over the same balance in these states."""
        self.ensure_one()
        if not states:
            return self.browse()
        shared = {
            "deposit": Domain("deposit_id", "=", self.deposit_id.id or -1),
            "prepayment": Domain("kind", "=", "prepayment")
            & Domain("partner_id", "=", self.partner_id.id),
        }
        own = Domain("bill_id", "=", self.bill_id.id or -1)
        return self.search(
            shared.get(self.kind, own)
            & Domain("company_id", "=", self.company_id.id)
            & Domain("state", "in", states)
            & Domain("id", "!=", self.id),
            order="id",
        )

    def _owed(self, others):
        """Return what is owed and that ``others`` have not asked for."""
        self.ensure_one()
        if self.kind == "prepayment":
            partner = self.partner_id.with_company(self.company_id)
            free = partner._pm_wallets_without(others)
            return sum(
                min(most, free.get(wallet, 0.0))
                for wallet, most in self._wallets().items()
            )
        asked = sum(others.mapped("amount"))
        if self.kind == "deposit":
            return self.deposit_id.amount_back - asked
        return self.bill_id.amount_residual - asked

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
        self.check_access("write")
        # one after the other: the second of two over one balance sees the first
        for payout in self:
            payout._check_submittable()
            payout.sudo()._as_step().asked_by_id = self.env.user
            super(PmPayout, payout).action_submit()

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
