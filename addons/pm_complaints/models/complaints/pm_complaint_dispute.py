from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.pm_billing.models.ledger.booked import booking

RESULTS = [
    ("confirmed", "The Charge Is Right"),
    ("credited", "Credited"),
    ("waived", "Waived"),
]


class PmComplaintDispute(models.Model):
    """A charge that the customer says is not owed: it is not collected meanwhile.

    Its result is one of three, by approval: the charge is right, it is credited, or
    it is waived. The second is a credit note of its own; the third is a waiver as of
    any other charge, by the levels of waivers, which settles the dispute.
    """

    _name = "pm.complaint.dispute"
    _description = "Disputed Charge"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "pm.second.person.mixin",
        "pm.part.mixin",
    ]
    _whole = "complaint_id"
    _order = "id desc"
    _rec_name = "charge_id"
    # who decides says why (note)
    _asking_columns = {"charge_id", "complaint_id", "reason"}
    _user_columns = dict.fromkeys(("charge_id", "reason", "note"), ("draft",))

    complaint_id = fields.Many2one(
        "pm.complaint", required=True, index=True, ondelete="cascade"
    )
    charge_id = fields.Many2one(
        "pm.charge", required=True, index=True, ondelete="restrict"
    )
    estate_id = fields.Many2one(
        related="complaint_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="complaint_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    charge_amount = fields.Monetary(related="charge_id.amount")
    reason = fields.Text(help="What the customer says is wrong.")
    is_holding = fields.Boolean(
        "Holds Collection",
        readonly=True,
        copy=False,
        default=True,
        help="The charge is not collected and earns no late fees.",
    )
    result = fields.Selection(RESULTS, readonly=True, copy=False, tracking=True)
    amount = fields.Monetary(
        "Given Back", readonly=True, copy=False, tracking=True, help="Tax included."
    )
    note = fields.Text("Why", copy=False)
    credit_move_id = fields.Many2one(
        "account.move",
        "Credit Note",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    waiver_id = fields.Many2one(
        "pm.waiver",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    state = fields.Selection(
        [
            ("draft", "Open"),
            ("approval", "Waiting for Approval"),
            ("approved", "Settled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
    )

    _held_once = models.UniqueIndex(
        "(charge_id) WHERE is_holding", "This charge is disputed already."
    )

    @api.constrains("charge_id", "complaint_id")
    def _check_estate(self):
        for dispute in self:
            if dispute.charge_id.sudo().estate_id != dispute.complaint_id.estate_id:
                raise ValidationError(
                    self.env._(
                        "%(charge)s is no charge of the estate of %(complaint)s.",
                        charge=dispute.charge_id.sudo().display_name,
                        complaint=dispute.complaint_id.number,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        disputes = super().create(vals_list)
        disputes.complaint_id._check_handler()
        disputes.sudo()._hold()
        return disputes

    def write(self, vals):
        """Another charge is disputed instead: the first is collected again."""
        moved = self.filtered("is_holding") if "charge_id" in vals else self.browse()
        moved._release()
        result = super().write(vals)
        moved.sudo()._as_step().is_holding = True
        moved.sudo()._hold()
        return result

    def _hold(self):
        for dispute in self:
            dispute.charge_id._as_step().dispute_complaint_id = dispute.complaint_id

    def _release(self):
        """Collection goes on: the complaint is over, or the charge is settled."""
        held = self.sudo().filtered("is_holding")
        held.charge_id._as_step().dispute_complaint_id = False
        held._as_step().is_holding = False

    @api.ondelete(at_uninstall=False)
    def _unlink_open(self):
        self._check_in_state("draft")
        self._release()

    def _kept_from_deciding(self):
        """Nor whom the complaint is about."""
        return super()._kept_from_deciding() | self.complaint_id.concerned_user_ids

    def action_ask(self):
        """Open the dialog that asks for the words of a step."""
        self.ensure_one()
        self.check_access("read")
        return self.env["pm.complaint.act"]._open({"default_dispute_id": self.id})

    # the result

    def action_confirm(self, note=None):
        """The charge is right; collection goes on.

        :param note: why
        """
        self._decide("confirmed", 0.0, note)

    def action_credit(self, amount=None, note=None):
        """The charge is wrong by this amount.

        :param amount: in company currency, tax included; all that is owed of it
        """
        self._decide("credited", amount, note)

    def action_waive(self, amount=None, note=None):
        """The charge is right and is let go of, by this amount: asks for a waiver."""
        self._decide("waived", amount, note)

    def _decide(self, result, amount, note):
        self.complaint_id._check_handler()
        self.check_access("write")
        self._check_in_state("draft")
        for dispute in self:
            charge = dispute.charge_id.sudo()
            if result != "confirmed":
                amount = charge.amount_residual if amount is None else float(amount)
                dispute._check_amount(amount)
            if not (note or dispute.note or "").strip():
                raise UserError(self.env._("%s: say why.", charge.display_name))
            dispute.sudo()._as_step().write(
                {
                    "result": result,
                    "amount": amount,
                    "note": note or dispute.note,
                }
            )
            if result == "waived":
                dispute._ask_waiver()
        if result != "waived":
            self.action_submit()

    def _ask_waiver(self):
        """Who decides on waivers decides on this one."""
        charge, complaint = self.charge_id.sudo(), self.complaint_id.sudo()
        # waivers are read by people to whom the complaint is not told
        told = self.env._("Disputed in %s", complaint.number)
        if not complaint._is_kept_inside():
            told = f"{told}: {self.note}"
        waiver = (
            self.env["pm.waiver"]
            .sudo()
            ._as_step()
            .create(
                {
                    "property_id": charge.property_id.id,
                    "partner_id": charge.partner_id.id,
                    "charge_ids": [Command.set(charge.ids)],
                    "percent": 100 * self.amount / charge.amount_residual,
                    "reason": told,
                    "dispute_id": self.id,
                }
            )
        )
        self.sudo()._as_step().write({"state": "approval", "waiver_id": waiver.id})
        waiver.with_env(self.sudo().env).action_submit()

    def evaluate_tier(self, tier):
        """What is asked for as a waiver is decided there, and not twice."""
        return self.browse() if self.waiver_id else super().evaluate_tier(tier)

    def _waived(self):
        """The waiver was agreed to and is booked."""
        asked = self.filtered(lambda one: one.state == "approval")
        asked._as_step().write(
            {"state": "approved", "approval_date": fields.Datetime.now()}
        )
        asked._settle()

    def _not_waived(self):
        """The waiver was refused or taken back: the dispute is open again."""
        self.filtered(lambda one: one.state == "approval")._as_step().write(
            {"state": "draft", "result": False, "amount": 0, "waiver_id": False}
        )

    def action_withdraw(self):
        """Take the result back; what waits as a waiver is taken back with it."""
        self._check_in_state("approval")
        self.check_access("write")
        waivers = self.sudo().waiver_id
        if waivers:
            waivers.action_withdraw()
            waivers.unlink()
        return super(
            PmComplaintDispute, self.filtered(lambda one: one.state == "approval")
        ).action_withdraw()

    def _check_amount(self, amount):
        charge = self.charge_id.sudo()
        owed = charge.amount_residual
        if charge.state != "posted":
            raise UserError(
                self.env._(
                    "%s is not billed yet: change or end its fee instead.",
                    charge.display_name,
                )
            )
        if amount <= 0 or self.currency_id.compare_amounts(amount, owed) > 0:
            raise UserError(
                self.env._(
                    "%(charge)s: give back more than 0 and at most what is open, "
                    "%(owed)s. What was paid is paid back by the cashier.",
                    charge=charge.display_name,
                    owed=owed,
                )
            )

    def action_submit(self):
        """Have the result agreed to; without a level a manager does it who did not
        handle the complaint."""
        self.complaint_id._check_handler()
        for dispute in self:
            if not dispute.result:
                raise UserError(
                    self.env._(
                        "%s: say first whether the charge is right.",
                        dispute.display_name,
                    )
                )
        return super().action_submit()

    def _check_second_person(self):
        """That a charge is right is said by who handles the complaint."""
        if self.result != "confirmed":
            return super()._check_second_person()
        return None

    def _asked_by(self):
        """Who raised it, and who has the complaint or had it: handing it on makes
        nobody a second person."""
        return super()._asked_by() | self.complaint_id._handlers()

    def _approve(self):
        result = super()._approve()
        for dispute in self:
            if dispute.result != "confirmed":
                dispute._book()
        self._settle()
        return result

    def _settle(self):
        """The charge is collected again, and the complaint says what came of it."""
        labels = dict(self._fields["result"]._description_selection(self.env))
        measures = self.env["pm.rectification"].sudo()
        measures = measures.search([("dispute_id", "in", self.ids)])
        for dispute in self:
            dispute._release()
            told = f"{dispute.charge_id.display_name}: {labels[dispute.result]}"
            dispute.complaint_id._take_step("dispute", note=told)
            measures.filtered(
                lambda one, dispute=dispute: one.dispute_id == dispute
            )._dispute_settled(told)

    def _book(self):
        """A credit note over the amount, matched with the bill of the charge.

        It corrects this charge and no other of the bill (``_credited_by``). It is no
        charge over days of its own: a fee that ends later gives its days back as ever.
        """
        self._check_amount(self.amount)
        charge, company = self.charge_id.sudo(), self.company_id
        bill, today = charge.move_id, self.estate_id._today()
        company._pm_check_unlocked(
            today, bill.journal_id, bool(charge.fee_item_id.tax_ids)
        )
        line = charge._prepare_invoice_line()
        line.update(
            name=self.env._(
                "%(result)s: %(charge)s, complaint %(number)s",
                result=dict(self._fields["result"]._description_selection(self.env))[
                    self.result
                ],
                charge=charge._period_label(),
                number=self.complaint_id.number,
            ),
            quantity=1.0,
            price_unit=self.amount,
            pm_charge_id=False,
        )
        moves = booking(self.env["account.move"].sudo()).with_company(company)
        credit = moves._pm_create_invoices(
            [
                {
                    "move_type": "out_refund",
                    "partner_id": charge.partner_id.id,
                    "pm_property_id": charge.property_id.id,
                    "invoice_date": today,
                    "invoice_date_due": today,
                    "invoice_payment_term_id": False,
                    "invoice_origin": self.complaint_id.number,
                    "currency_id": self.currency_id.id,
                    "invoice_line_ids": [Command.create(line)],
                }
            ]
        )
        credit._pm_post()
        if self.currency_id.compare_amounts(credit.amount_total, self.amount):
            raise UserError(
                self.env._(
                    "The credit note comes to %(credit)s and not to %(amount)s. Choose "
                    "a tax that is included in the price on the fee item.",
                    credit=credit.amount_total,
                    amount=self.amount,
                )
            )
        # before it is matched, as the charge asks then what of it is its own
        self._as_step().credit_move_id = credit
        for lines in (
            (credit | booking(bill))
            ._pm_receivable_lines()
            .grouped("account_id")
            .values()
        ):
            lines.reconcile()
        credit.reversed_entry_id = bill
