from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from .pm_contract_states import AMENDABLE

# Fields of the contract that an amendment offers under the same name, and what
# kind of term each one is.
TERM_FIELDS = {
    "date_to": "end",
    "partner_id": "party",
    "property_ids": "scope",
    "fee_basis": "basis",
    "commission_method": "basis",
    "commission_rate": "basis",
    "commission_amount": "basis",
    "amount": "value",
    "notice_days": "notice",
    "notice_days_other": "notice",
}
# What the user enters, from which the changes are derived.
ENTERED = {*TERM_FIELDS, "contract_id", "fee_ids", "clause_ids", "other_terms"}
# What is agreed together with the changes.
AGREED = {*ENTERED, "date_effective", "reason", "sign_required"}


class PmContractAmendment(models.Model):
    """A change of what a contract agreed, by both sides, from one day on.

    The user enters the terms as they shall be; what differs from the contract is
    kept line by line with its value before and after. Once approved and signed, the
    fees are entered with their dates at once, so that bills made in advance are
    right; everything else changes on the effective day, in the estate's time zone,
    and only once.
    """

    _name = "pm.contract.amendment"
    _description = "Contract Amendment"
    _inherit = [
        "pm.scope.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "pm.approval.mixin",
        "pm.cron.mixin",
    ]
    _order = "date_effective desc, id desc"
    _rec_names_search = ["contract_id.name", "contract_id.title", "reason"]
    _check_company_auto = True

    contract_id = fields.Many2one(
        "pm.contract",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain=[("state", "in", AMENDABLE)],
    )
    number = fields.Integer(readonly=True, copy=False, aggregator=None)
    estate_id = fields.Many2one(
        related="contract_id.estate_id", store=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users", "Responsible", default=lambda self: self.env.user
    )
    reason = fields.Text(tracking=True, help="Why both sides change what they agreed.")
    date_effective = fields.Date(
        "Effective From",
        required=True,
        tracking=True,
        default=lambda self: fields.Date.add(
            fields.Date.start_of(fields.Date.context_today(self), "month"), months=1
        ),
        help="First day on which the new terms hold.",
    )
    # the terms as they shall be
    partner_id = fields.Many2one(
        "res.partner",
        "Other Party",
        compute="_compute_terms",
        store=True,
        readonly=False,
        check_company=True,
    )
    property_ids = fields.Many2many(
        "pm.property",
        "pm_contract_amendment_property_rel",
        "amendment_id",
        "property_id",
        "Scope",
        compute="_compute_terms",
        store=True,
        readonly=False,
        help="Parts of the estate that the contract covers; empty: all of it.",
    )
    date_to = fields.Date("End", compute="_compute_terms", store=True, readonly=False)
    fee_basis = fields.Selection(
        selection=lambda self: self._contract_selection("fee_basis"),
        compute="_compute_terms",
        store=True,
        readonly=False,
    )
    commission_method = fields.Selection(
        selection=lambda self: self._contract_selection("commission_method"),
        compute="_compute_terms",
        store=True,
        readonly=False,
    )
    commission_rate = fields.Float(
        "Commission (%)",
        digits=(5, 2),
        aggregator=None,
        compute="_compute_terms",
        store=True,
        readonly=False,
    )
    commission_amount = fields.Monetary(
        "Commission a Month", compute="_compute_terms", store=True, readonly=False
    )
    amount = fields.Monetary(
        "Contract Value", compute="_compute_terms", store=True, readonly=False
    )
    notice_days = fields.Integer(
        "Our Notice (days)",
        aggregator=None,
        compute="_compute_terms",
        store=True,
        readonly=False,
    )
    notice_days_other = fields.Integer(
        "Their Notice (days)",
        aggregator=None,
        compute="_compute_terms",
        store=True,
        readonly=False,
    )
    fee_ids = fields.One2many(
        "pm.contract.amendment.fee",
        "amendment_id",
        "Fees",
        compute="_compute_fee_ids",
        store=True,
        readonly=False,
        copy=False,
    )
    clause_ids = fields.One2many(
        "pm.contract.amendment.clause", "amendment_id", "Clauses", copy=False
    )
    other_terms = fields.Text(
        "Other Agreements",
        help="What is agreed beside the terms above; kept as text.",
    )
    # what changes
    line_ids = fields.One2many(
        "pm.contract.amendment.line",
        "amendment_id",
        "Changes",
        readonly=True,
        copy=False,
    )
    summary = fields.Char("What Changes", compute="_compute_summary")
    fees_entered_on = fields.Date(readonly=True, copy=False)
    applied_on = fields.Datetime("Took Effect on", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("approval", "In Approval"),
            ("approved", "Approved"),
            ("applied", "In Effect"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
        tracking=True,
    )

    _number_unique = models.UniqueIndex(
        "(contract_id, number) WHERE number > 0",
        "This number is taken by another amendment of the contract.",
    )

    # ------------------------------------------------------------------
    # Compute
    # ------------------------------------------------------------------

    @api.model
    def _contract_selection(self, name):
        return self.env["pm.contract"]._fields[name]._description_selection(self.env)

    @api.depends("contract_id", "number")
    def _compute_display_name(self):
        for amendment in self:
            contract = amendment.contract_id.display_name or ""
            if amendment.number:
                amendment.display_name = self.env._(
                    "%(contract)s, amendment %(number)s",
                    contract=contract,
                    number=amendment.number,
                )
            elif contract:
                amendment.display_name = self.env._(
                    "%(contract)s, new amendment", contract=contract
                )
            else:
                amendment.display_name = self.env._("New amendment")

    @api.depends("contract_id")
    def _compute_terms(self):
        """Start from the terms that hold; the user changes what shall differ."""
        for amendment in self:
            contract = amendment.contract_id
            for name in TERM_FIELDS:
                amendment[name] = contract[name]

    @api.depends("contract_id")
    def _compute_fee_ids(self):
        today = fields.Date.context_today(self)
        for amendment in self:
            lines = amendment.contract_id.line_ids.filtered(
                lambda line: not line.date_to or line.date_to >= today
            )
            amendment.fee_ids = [
                Command.clear(),
                *(Command.create(line._prepare_amendment_fee()) for line in lines),
            ]

    @api.depends("line_ids.name", "line_ids.new_text")
    def _compute_summary(self):
        for amendment in self:
            amendment.summary = "; ".join(
                f"{line.name}: {line.new_text or '–'}"
                for line in amendment.line_ids
                if line.name
            )

    # ------------------------------------------------------------------
    # Create, write, delete
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [{**self._terms_of_today(vals), **vals} for vals in vals_list]
        amendments = super().create(vals_list)
        amendments._derive_lines()
        return amendments

    def write(self, vals):
        if not self.env.su and AGREED & vals.keys():
            self._check_open()
        unsigned = self.filtered(lambda amendment: not amendment.date_signed)
        result = super().write(vals)
        if "contract_id" in vals:
            # the record rules were asked about the contract that it had before
            self.check_access("write")
        if ENTERED & vals.keys():
            self._derive_lines()
        for amendment in unsigned.filtered("date_signed"):
            amendment._file_scan()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_numbered(self):
        for amendment in self:
            if amendment.state != "draft" or amendment.number:
                raise UserError(
                    self.env._(
                        "%s stays on file. Cancel it instead.", amendment.display_name
                    )
                )

    @api.model
    def _terms_of_today(self, vals):
        """Return the terms of the contract in ``vals``.

        Fields that share a compute method are not computed any more once the value
        of one of them is given.
        """
        contract = self.env["pm.contract"].browse(vals.get("contract_id"))
        if not contract:
            return {}
        terms = contract.read(list(TERM_FIELDS), load="")[0]
        terms["property_ids"] = [Command.set(contract.property_ids.ids)]
        del terms["id"]
        return terms

    def _check_open(self):
        """Refuse to change what is up for approval or agreed.

        :raises UserError: not a draft
        """
        for amendment in self:
            if amendment.state != "draft":
                raise UserError(
                    self.env._(
                        "%s is no longer a draft: its changes stay as they were "
                        "submitted. Withdraw it, or make another amendment.",
                        amendment.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # What changes
    # ------------------------------------------------------------------

    def _derive_lines(self):
        """Write down what differs from the contract, before and after."""
        for amendment in self:
            rows = amendment._changes() if amendment.contract_id else []
            # users have no right to write these lines: they follow from the terms
            amendment.sudo()._as_step().write(
                {
                    "line_ids": [
                        Command.clear(),
                        *(
                            Command.create({**row, "sequence": number})
                            for number, row in enumerate(rows, 1)
                        ),
                    ]
                }
            )

    def _changes(self):
        """Return the values of the lines of what changes."""
        self.ensure_one()
        rows = self._term_changes()
        for fee in self.fee_ids:
            rows += fee._changes()
        for clause in self.clause_ids:
            rows += clause._changes()
        if self.other_terms:
            rows.append(
                {
                    "key": "other",
                    "what": "other",
                    "name": self.env._("Other agreements"),
                    "new_text": self.other_terms,
                }
            )
        return rows

    def _term_changes(self):
        contract, rows = self.contract_id, []
        labels = self.fields_get(list(TERM_FIELDS), ["string"])
        for name, what in TERM_FIELDS.items():
            old, new = contract._term_value(name), self._term_value(name)
            if old != new:
                rows.append(
                    {
                        "key": f"field:{name}",
                        "what": what,
                        "name": labels[name]["string"],
                        "old_text": contract._term_text(name),
                        "new_text": self._term_text(name),
                        "old_value": old,
                        "new_value": new,
                    }
                )
        return rows

    def _term_value(self, name):
        return self.contract_id._term_value(name, self)

    def _term_text(self, name):
        return self.contract_id._term_text(name, self)

    # ------------------------------------------------------------------
    # Approval
    # ------------------------------------------------------------------

    def _approve(self):
        result = super()._approve()
        for amendment in self:
            if not amendment.number:
                amendment.contract_id.lock_for_update()
                last = self.search(
                    [
                        ("contract_id", "=", amendment.contract_id.id),
                        ("number", ">", 0),
                    ],
                    order="number desc",
                    limit=1,
                )
                amendment.number = last.number + 1
        self._take_effect()
        return result

    def action_cancel(self):
        """Give the amendment up.

        :raises UserError: it is in effect, or its fees are entered
        """
        self.check_access("write")
        self._check_in_state("draft", "approval", "approved")
        entered = self.filtered("fees_entered_on")[:1]
        if entered:
            raise UserError(
                self.env._(
                    "The fees of %s are entered in the contract already. Make another "
                    "amendment that changes them back.",
                    entered.display_name,
                )
            )
        self.sudo()._as_step().state = "cancelled"

    def action_view_contract(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "pm.contract",
            "res_id": self.contract_id.id,
            "view_mode": "form",
        }
