import logging
from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

_logger = logging.getLogger(__name__)

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
STEPS = {"state", "number", "approval_date", "fees_entered_on", "applied_on"}
AMENDABLE = ("signed", "active", "expiring")


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
    _inherit = ["mail.thread", "mail.activity.mixin", "pm.approval.mixin"]
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
        related="contract_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="contract_id.company_id", store=True, index=True, precompute=True
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
        domain="[('id', 'child_of', estate_id)]",
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
    # agreement of the other party
    sign_required = fields.Boolean(
        "Needs Both Signatures",
        default=True,
        help="The amendment takes effect only once both sides have signed. Untick it "
        "for what one side may change alone, or what the owners' meeting decided.",
    )
    date_signed = fields.Date("Signed on", copy=False, tracking=True)
    signed_file = fields.Binary("Signed Scan", attachment=True, copy=False)
    signed_filename = fields.Char(copy=False, export_string_translation=False)
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
            else:
                amendment.display_name = self.env._(
                    "%(contract)s, new amendment", contract=contract
                )

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
        if not self.env.su and any(STEPS & vals.keys() for vals in vals_list):
            self._refuse_step_by_hand()
        vals_list = [{**self._terms_of_today(vals), **vals} for vals in vals_list]
        amendments = super().create(vals_list)
        amendments._derive_lines()
        return amendments

    def write(self, vals):
        if not self.env.su:
            if STEPS & vals.keys():
                self._refuse_step_by_hand()
            if AGREED & vals.keys():
                self._check_open()
        result = super().write(vals)
        if "contract_id" in vals:
            # the rules were asked of the contract it had before
            self.check_access("write")
        if ENTERED & vals.keys():
            self._derive_lines()
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

    def _refuse_step_by_hand(self):
        raise UserError(
            self.env._(
                "The state of an amendment is set by its steps, not written by hand. "
                "Use its buttons."
            )
        )

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
            # who enters the terms does not write the record of what changes
            amendment.sudo().write(
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

    def _check_submittable(self):
        result = super()._check_submittable()
        self._derive_lines()
        for amendment in self:
            amendment._check_complete()
            amendment._check_dates()
            amendment._check_alone()
        return result

    def _check_complete(self):
        contract = self.contract_id
        if contract.state not in AMENDABLE:
            raise UserError(
                self.env._(
                    "%s is not signed and in force: there is nothing to amend. "
                    "Change a draft directly; renew what is over.",
                    contract.display_name,
                )
            )
        if not self.reason:
            raise UserError(self.env._("Enter the reason of %s.", self.display_name))
        if not self.line_ids:
            raise UserError(
                self.env._(
                    "%s changes nothing yet. Enter the terms as they shall be.",
                    self.display_name,
                )
            )

    def _check_dates(self):
        contract, day = self.contract_id, self.date_effective
        if day < contract.date_from:
            raise ValidationError(
                self.env._(
                    "%(amendment)s cannot take effect before the contract starts on "
                    "%(day)s.",
                    amendment=self.display_name,
                    day=format_date(self.env, contract.date_from),
                )
            )
        if contract.date_end and day > contract.date_end:
            raise ValidationError(
                self.env._(
                    "%(amendment)s would take effect after the last day of the "
                    "contract, %(day)s. Choose an earlier day, or renew the contract.",
                    amendment=self.display_name,
                    day=format_date(self.env, contract.date_end),
                )
            )
        if self.date_to and self.date_to < day:
            raise ValidationError(
                self.env._(
                    "%(amendment)s takes effect on %(day)s, after the end of the "
                    "contract that it agrees, %(end)s. Terminate the contract "
                    "instead, or correct the dates.",
                    amendment=self.display_name,
                    day=format_date(self.env, day),
                    end=format_date(self.env, self.date_to),
                )
            )
        self.fee_ids._check_dates()

    def _check_alone(self):
        """Refuse a second amendment of the same term while one is on its way."""
        keys = [key for key in self.line_ids.mapped("key") if key != "other"]
        waiting = self.env["pm.contract.amendment.line"].search(
            [
                ("amendment_id", "!=", self.id),
                ("amendment_id.contract_id", "=", self.contract_id.id),
                ("amendment_id.state", "in", ("approval", "approved")),
                ("key", "in", keys),
            ],
            limit=1,
        )
        if waiting:
            raise UserError(
                self.env._(
                    "%(other)s changes the same term (%(term)s) and is not in effect "
                    "yet. Cancel it first, or wait until it is in effect.",
                    other=waiting.amendment_id.display_name,
                    term=waiting.name,
                )
            )

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

    def action_sign(self):
        """Register that both sides signed; today, unless a day was entered.

        :raises UserError: not approved, or a day in the future
        """
        self.check_access("write")
        self._check_in_state("approved")
        for amendment in self:
            today = amendment.contract_id._today()
            if amendment.date_signed and amendment.date_signed > today:
                raise UserError(
                    self.env._(
                        "%(amendment)s cannot be signed on %(day)s, which lies ahead.",
                        amendment=amendment.display_name,
                        day=format_date(self.env, amendment.date_signed),
                    )
                )
            amendment.date_signed = amendment.date_signed or today
        self.sudo()._take_effect()

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
        self.sudo().with_context(skip_validation_check=True).state = "cancelled"

    # ------------------------------------------------------------------
    # Taking effect
    # ------------------------------------------------------------------

    def _is_binding(self):
        """Tell whether both sides agreed."""
        self.ensure_one()
        return self.state == "approved" and bool(
            self.date_signed or not self.sign_required
        )

    def _take_effect(self):
        """Enter what is due: the fees at once, the rest from the effective day.

        Safe to call again: what was done is not done twice.
        """
        for amendment in self:
            amendment.lock_for_update()
            if not amendment._is_binding():
                continue
            contract_sudo = amendment.contract_id.sudo()
            contract_sudo.lock_for_update()
            if not amendment.fees_entered_on and amendment._fee_lines():
                amendment._check_unchanged(amendment._fee_lines())
                amendment._enter_fees()
                amendment.fees_entered_on = contract_sudo._today()
            if amendment.date_effective <= contract_sudo._today():
                amendment._apply()

    def _fee_lines(self):
        return self.line_ids.filtered(lambda line: line.what == "fee")

    def _enter_fees(self):
        """End the fees that change on the day before, and begin the new ones."""
        day = self.date_effective
        for change in self._fee_lines():
            fee = self.env["pm.contract.line"].browse(change.old_value or []).exists()
            if fee and not change.new_value:
                fee._end_on(day - timedelta(days=1))
            elif fee:
                fee._supersede(day, change.new_value, self)
            else:
                self.env["pm.contract.line"].create(
                    {
                        **change.new_value,
                        "contract_id": self.contract_id.id,
                        "date_from": day,
                        "amendment_id": self.id,
                    }
                )._begin()

    def _apply(self):
        """Change the contract; the caller holds the lock and has checked the day."""
        contract = self.contract_id.sudo()
        rest = self.line_ids - self._fee_lines()
        self._check_unchanged(rest)
        vals = {}
        for change in rest.filtered(lambda line: line.key.startswith("field:")):
            name = change.key.partition(":")[2]
            vals[name] = (
                [Command.set(change.new_value or [])]
                if name == "property_ids"
                else change.new_value
            )
        before = {name: contract[name] for name in vals}
        contract.write(vals)
        self._apply_clauses(rest)
        self.write({"state": "applied", "applied_on": fields.Datetime.now()})
        contract._amended(self, before)
        contract.message_post(
            body=self.env._(
                "%(amendment)s took effect: %(changes)s",
                amendment=self.display_name,
                changes=self.summary or "",
            )
        )
        self.activity_unlink(
            [
                "pm_core.mail_activity_amendment_unsigned",
                "mail.mail_activity_data_warning",
            ]
        )

    def _apply_clauses(self, changes):
        Clause = self.env["pm.contract.clause"].sudo()
        for change in changes.filtered(lambda line: line.what == "clause"):
            clause = Clause.browse(change.clause_id.id)
            if clause and not change.new_value:
                clause.unlink()
            elif clause:
                clause.write(change.new_value)
            else:
                Clause.create({**change.new_value, "contract_id": self.contract_id.id})

    def _check_unchanged(self, changes):
        """Refuse to apply over a contract that is not what was amended.

        :raises UserError: naming the term and its value of today
        """
        contract = self.contract_id.sudo()
        for change in changes.filtered(lambda line: line.key.startswith("field:")):
            name = change.key.partition(":")[2]
            # JSON keeps what is empty as nothing
            if (contract._term_value(name) or False) != (change.old_value or False):
                raise UserError(
                    self.env._(
                        "%(amendment)s changes %(term)s from %(old)s, but the contract "
                        "says %(now)s today. Cancel the amendment and make it anew.",
                        amendment=self.display_name,
                        term=change.name,
                        old=change.old_text or "–",
                        now=contract._term_text(name) or "–",
                    )
                )

    @api.model
    def _cron_take_effect(self):
        """Let the amendments take effect whose day has come.

        Safe to run again. One that fails is named to its responsible user and does
        not stop the others.
        """
        # it is tomorrow in some time zones
        horizon = fields.Date.today() + timedelta(days=1)
        domain = Domain("state", "=", "approved") & Domain(
            "date_effective", "<=", horizon
        )
        due = self.search(domain, order="date_effective, id")
        self.env["ir.cron"]._commit_progress(remaining=len(due))
        for amendment in due:
            if amendment.try_lock_for_update().filtered_domain(domain):
                try:
                    # what is written down is read by who is responsible
                    lang = amendment.user_id.lang or self.env.lang
                    amendment = amendment.with_context(lang=lang)
                    with self.env.cr.savepoint():
                        amendment._take_effect()
                    amendment._remind_of_signature()
                except (UserError, ValidationError) as error:
                    amendment._note_failure(str(error))
            if not self.env["ir.cron"]._commit_progress(1):
                break

    def _remind_of_signature(self):
        """Say once that the effective day came without signatures."""
        if self._is_binding() or self.state != "approved":
            return
        if self.date_effective > self.contract_id._today():
            return
        kind = "pm_core.mail_activity_amendment_unsigned"
        if not self.activity_search([kind]):
            responsible = self.user_id or self.env.user
            reader = self.with_context(lang=responsible.lang or self.env.lang)
            self.activity_schedule(
                kind,
                self.date_effective,
                summary=reader.env._("Not signed: the amendment is not in effect"),
                user_id=responsible.id,
            )

    def _note_failure(self, message):
        _logger.warning("Amendment %s: %s", self.id, message)
        if not self.activity_search(["mail.mail_activity_data_warning"]):
            responsible = self.user_id or self.env.user
            reader = self.with_context(lang=responsible.lang or self.env.lang)
            self.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=reader.env._("The amendment cannot take effect"),
                note=message,
                user_id=responsible.id,
            )

    def action_view_contract(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "pm.contract",
            "res_id": self.contract_id.id,
            "view_mode": "form",
        }
