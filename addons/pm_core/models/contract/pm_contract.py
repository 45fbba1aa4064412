from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...tools.rights import check_manager
from .pm_contract_states import IN_FORCE, TERMS


class PmContract(models.Model):
    """An agreement on what is served where, for whom, how long and for which fees.

    Approval, signing, begin and end are steps of their own (``action_*``); the cron
    takes those that a date decides. The last day of service is ``date_end``,
    whatever it comes from; what follows it (fees, obligations) hooks into
    ``_last_day_changed``.

    Here is what a contract is: its kind, scope, term and state, and what keeps them.
    What belongs to one subject (parties, fees, text, signing, force, obligations,
    amendments, renewals, end) has a file of its own beside this one, with the
    fields, computes and steps of that subject.
    """

    _name = "pm.contract"
    _pm_copyable = True
    _description = "Property Contract"
    _inherit = [
        "pm.scope.mixin",
        "pm.document.mixin",
        "pm.portal.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "pm.approval.mixin",
        "pm.cron.mixin",
    ]
    _order = "date_from desc, name desc, id desc"
    _rec_names_search = ["name", "title"]
    _check_company_auto = True
    _document_subject = "contract"

    name = fields.Char(
        "Number",
        readonly=True,
        copy=False,
        default=lambda self: self.env._("New"),
        index="trigram",
    )
    is_numbered = fields.Boolean(readonly=True, copy=False)
    title = fields.Char(required=True)
    kind = fields.Selection(
        [
            ("preliminary", "Preliminary Service (Developer)"),
            ("owners", "Owners' Association"),
            ("tenant", "Tenant"),
            ("commercial", "Commercial"),
            ("public", "Public Facility"),
            ("supplier", "Outsourced Supplier"),
        ],
        required=True,
        default="preliminary",
        tracking=True,
    )
    kind_id = fields.Many2one(
        "pm.contract.kind",
        "Rules of the Kind",
        compute="_compute_kind_id",
        store=True,
        precompute=True,
        index="btree_not_null",
    )
    side = fields.Selection(related="kind_id.side")
    partner_id = fields.Many2one(
        "res.partner",
        "Other Party",
        tracking=True,
        check_company=True,
        index="btree_not_null",
        help="Who the contract is made with: owners' association, developer, "
        "tenant or supplier. Needed before the contract is approved, except "
        "for one that was taken over with a register.",
    )
    property_ids = fields.Many2many(
        "pm.property",
        "pm_contract_property_rel",
        "contract_id",
        "property_id",
        "Scope",
        domain="[('id', 'child_of', estate_id)]",
        help="Parts of the estate that the contract covers; empty: all of it.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users", "Responsible", default=lambda self: self.env.user, tracking=True
    )
    # term
    date_from = fields.Date("Start", required=True, tracking=True)
    date_to = fields.Date("End", tracking=True, help="As agreed; empty: open-ended.")
    date_end = fields.Date(
        "Last Day",
        compute="_compute_date_end",
        store=True,
        help="Last day of service: the agreed end, the day a termination takes "
        "effect, or none while the contract runs on.",
    )
    notice_days = fields.Integer(
        "Our Notice (days)",
        compute="_compute_notice_days",
        store=True,
        precompute=True,
        readonly=False,
    )
    notice_days_other = fields.Integer(
        "Their Notice (days)",
        compute="_compute_notice_days",
        store=True,
        precompute=True,
        readonly=False,
    )
    notice_date = fields.Date(
        "Our Last Notice Day",
        compute="_compute_notice_date",
        store=True,
        help="Last day on which we can tell the other party that we do not go on.",
    )
    notice_date_other = fields.Date(
        "Their Last Notice Day",
        compute="_compute_notice_date",
        store=True,
        help="Last day on which the other party can tell us.",
    )
    expiring_date = fields.Date(
        "Expiring From",
        compute="_compute_notice_date",
        store=True,
        help="From this day on it has to be decided how to go on.",
    )
    open_ended_since = fields.Date(
        "Runs On Since",
        readonly=True,
        copy=False,
        tracking=True,
        help="The term passed and nobody decided: the contract goes on without an "
        "end, and either side may give notice.",
    )
    is_open_ended = fields.Boolean(
        "Runs On", compute="_compute_is_open_ended", search="_search_is_open_ended"
    )
    closed_on = fields.Date(readonly=True, copy=False)
    predecessor_id = fields.Many2one(
        "pm.contract",
        "Follows",
        index="btree_not_null",
        copy=False,
        check_company=True,
        domain="[('estate_id', '=', estate_id), ('id', '!=', id)]",
        help="The contract that this one renews; it ends when this one starts.",
    )
    successor_ids = fields.One2many("pm.contract", "predecessor_id", "Followed by")
    attributes = fields.Properties(
        definition="kind_id.attribute_definition", precompute=False
    )
    taken_over = fields.Boolean(
        readonly=True,
        copy=False,
        help="In force before it was entered here; complete the other party.",
    )
    plan_id = fields.Many2one(
        "pm.service.plan",
        "Service Plan",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        help="The accepted plan that the contract was made from.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("approval", "In Approval"),
            ("approved", "Approved"),
            ("signed", "Signed"),
            ("active", "Active"),
            ("expiring", "Expiring"),
            ("renewed", "Renewed"),
            ("terminated", "Terminated"),
            ("ended", "Ended"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        tracking=True,
        index=True,
    )
    terms_locked = fields.Boolean(compute="_compute_terms_locked")

    _name_unique = models.UniqueIndex(
        "(company_id, name) WHERE is_numbered",
        "This contract number is taken.",
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "A contract cannot end before it starts.",
    )
    _notice_positive = models.Constraint(
        "CHECK (notice_days >= 0 AND notice_days_other >= 0 AND amount >= 0)",
        "Days of notice and the contract value cannot be negative.",
    )

    # ------------------------------------------------------------------
    # Compute
    # ------------------------------------------------------------------

    @api.depends("name", "title", "is_numbered")
    def _compute_display_name(self):
        for contract in self:
            contract.display_name = (
                f"{contract.name} {contract.title}"
                if contract.is_numbered
                else contract.title
            )

    @api.depends("kind")
    def _compute_kind_id(self):
        rules = {found.kind: found for found in self.env["pm.contract.kind"].search([])}
        for contract in self:
            contract.kind_id = rules.get(contract.kind, False)

    @api.depends("kind_id")
    def _compute_notice_days(self):
        for contract in self:
            contract.notice_days = contract.kind_id.notice_days
            contract.notice_days_other = contract.kind_id.notice_days_other

    @api.depends("date_to", "closed_on", "termination_date", "open_ended_since")
    def _compute_date_end(self):
        for contract in self:
            contract.date_end = (
                contract.closed_on
                or contract.termination_date
                or (not contract.open_ended_since and contract.date_to)
            )

    @api.depends(
        "date_to",
        "open_ended_since",
        "notice_days",
        "notice_days_other",
        "kind_id.lead_days",
    )
    def _compute_notice_date(self):
        for contract in self:
            end = not contract.open_ended_since and contract.date_to
            ours, theirs = contract.notice_days, contract.notice_days_other
            lead = max(ours, theirs) + contract.kind_id.lead_days
            contract.notice_date = end and end - timedelta(days=ours)
            contract.notice_date_other = end and end - timedelta(days=theirs)
            contract.expiring_date = end and end - timedelta(days=lead)

    @api.depends("open_ended_since")
    def _compute_is_open_ended(self):
        for contract in self:
            contract.is_open_ended = bool(contract.open_ended_since)

    def _search_is_open_ended(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("open_ended_since", "!=", False)

    @api.depends("state", "taken_over")
    def _compute_terms_locked(self):
        for contract in self:
            contract.terms_locked = not contract._terms_open()

    # ------------------------------------------------------------------
    # Constraints
    # ------------------------------------------------------------------

    @api.constrains("predecessor_id", "date_from")
    def _check_predecessor(self):
        if self._has_cycle("predecessor_id"):
            raise ValidationError(
                self.env._("A contract cannot follow itself, not even in a circle.")
            )
        for contract in self:
            before = contract.predecessor_id
            if before and contract.date_from <= before.date_from:
                raise ValidationError(
                    self.env._(
                        "%(contract)s follows %(before)s and must start after it, "
                        "later than %(day)s.",
                        contract=contract.display_name,
                        before=before.display_name,
                        day=fields.Date.to_string(before.date_from),
                    )
                )

    # ------------------------------------------------------------------
    # Create, write, delete
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        contracts = super().create(vals_list)
        contracts._update_parties()
        if not self._in_step("pm_without_clauses"):
            contracts.filtered(lambda contract: not contract.clause_ids)._take_clauses()
        return contracts

    def write(self, vals):
        if TERMS & vals.keys():
            self._check_terms_open()
        partners = {contract: contract.partner_id for contract in self}
        last_days = {
            contract: contract.date_end
            for contract in self
            if contract.state in IN_FORCE
        }
        result = super().write(vals)
        if {"partner_id", "kind", "estate_id"} & vals.keys():
            self._update_parties(partners)
        if "kind" in vals:
            self.filtered(
                lambda contract: contract.state == "draft" and not contract.clause_ids
            )._take_clauses()
        if "fee_basis" in vals:
            self.filtered(lambda contract: contract.state == "draft")._swap_clauses()
        changed = {
            contract: before
            for contract, before in last_days.items()
            if contract.date_end != before
        }
        if changed:
            contracts = self.browse([contract.id for contract in changed])
            contracts.sudo()._as_step()._last_day_changed(changed)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_numbered(self):
        for contract in self:
            if contract.state != "draft" or contract.is_numbered:
                raise UserError(
                    self.env._(
                        "The contract %s has a number and stays on file. End it "
                        "instead.",
                        contract.display_name,
                    )
                )

    def _check_terms_open(self):
        """Refuse to change what was agreed.

        :raises UserError: not a draft (contracts that were taken over excepted)
        """
        if self.env.su:
            return
        for contract in self:
            if not contract._terms_open():
                raise UserError(
                    self.env._(
                        "The contract %(contract)s is %(state)s: what was agreed "
                        "stays as it is. Take it back to a draft while it is not "
                        "signed, or make an amendment.",
                        contract=contract.display_name,
                        state=contract._state_label(),
                    )
                )

    def _terms_open(self):
        """Tell whether what was agreed may still be entered."""
        self.ensure_one()
        return self.state == "draft" or (self.taken_over and self.state in IN_FORCE)

    # ------------------------------------------------------------------
    # Plan and documents
    # ------------------------------------------------------------------

    def action_view_plan(self):
        self.ensure_one()
        return self.plan_id._form()

    def _document_estate(self):
        return self.estate_id

    def _document_responsible(self):
        return self.user_id

    def _documents_block(self):
        """Tell whether missing papers keep it from starting, as the company has set."""
        self.ensure_one()
        return self.company_id.pm_document_check == "block" and self.pm_document_missing

    def _check_documents(self):
        """Before a contract is in force, look whether its papers are there.

        The other party's checklist is made too.

        :raises UserError: the company refuses contracts without their papers
        """
        self.partner_id._ensure_checklist()
        for contract in self:
            if contract._documents_block():
                raise UserError(
                    self.env._(
                        "The contract %(contract)s needs on file: %(documents)s. Put "
                        "them on its page Documents first.",
                        contract=contract.display_name,
                        documents=contract.pm_document_missing,
                    )
                )

    # ------------------------------------------------------------------
    # Helpers
    # ------------------------------------------------------------------

    def _check_manager(self):
        """Steps that bind the company are for estate managers and above."""
        self.check_access("write")
        check_manager(
            self.env,
            self.env._(
                "This step binds the company: ask an estate manager to take it."
            ),
        )
