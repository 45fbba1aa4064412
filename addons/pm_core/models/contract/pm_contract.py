from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from .pm_contract_states import IN_FORCE, OVER, PARTY_ROLES, STEPS, TERMS


class PmContract(models.Model):
    """An agreement on what is served where, for whom, how long and for which fees.

    Approval, signing, begin and end are steps of their own (``action_*``); the cron
    takes those that a date decides. The last day of service is ``date_end``,
    whatever it comes from; what follows it (fees, obligations) hooks into
    ``_last_day_changed``.

    Fields, constraints and what keeps them are here; the stages of its life in
    the mixins ``pm.contract.*.mixin``.
    """

    _name = "pm.contract"
    _description = "Property Contract"
    _inherit = [
        "pm.scope.mixin",
        "pm.document.mixin",
        "portal.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "pm.approval.mixin",
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
    is_numbered = fields.Boolean(
        readonly=True, copy=False, export_string_translation=False
    )
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
    party_ids = fields.One2many(
        "pm.contract.party", "contract_id", "Parties", copy=False
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
    # fees
    fee_basis = fields.Selection(
        [("lump_sum", "Lump Sum (包干制)"), ("commission", "Commission (酬金制)")],
        tracking=True,
        help="Lump sum: the owners pay fixed fees, which are the manager's revenue; "
        "a surplus or loss is the manager's. Commission: the fees are held for the "
        "owners and spent for them as the contract says; only the agreed percentage "
        "or sum is the manager's revenue, a surplus or deficit is the owners', and "
        "the estate keeps books of its own that are reported to them.",
    )
    commission_method = fields.Selection(
        [("percent", "Share of What Is Spent"), ("fixed", "Fixed Amount a Month")],
        help="What the manager earns out of the money held for the owners.",
    )
    commission_rate = fields.Float("Commission (%)", digits=(5, 2), aggregator=None)
    commission_amount = fields.Monetary("Commission a Month")
    line_ids = fields.One2many("pm.contract.line", "contract_id", "Fees", copy=True)
    amount = fields.Monetary(
        "Contract Value",
        tracking=True,
        help="Value of the whole term; approval levels may depend on it. Left empty, "
        "it becomes what the fees add up to when the contract is submitted.",
    )
    amount_month = fields.Monetary("Fees a Month", compute="_compute_amounts")
    amount_estimate = fields.Monetary(
        "Fees of the Term",
        compute="_compute_amounts",
        help="Fees a month × months of the term, by the areas of today.",
    )
    # text
    clause_ids = fields.One2many(
        "pm.contract.clause", "contract_id", "Clauses", copy=True
    )
    note = fields.Html("Other Terms")
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
    # end
    termination_date = fields.Date(
        "Terminated As Of",
        readonly=True,
        copy=False,
        tracking=True,
        help="Last day of service by a notice that was given.",
    )
    termination_reason_id = fields.Many2one(
        "pm.contract.termination.reason",
        readonly=True,
        copy=False,
        tracking=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    notice_by = fields.Selection(
        [
            ("ours", "Us"),
            ("theirs", "The Other Party"),
            ("mutual", "By Agreement"),
        ],
        "Notice Given by",
        readonly=True,
        copy=False,
    )
    notice_given_on = fields.Date(readonly=True, copy=False)
    handover_ids = fields.One2many("pm.contract.handover", "contract_id", "Hand-over")
    handover_due = fields.Date(compute="_compute_handover")
    handover_open_count = fields.Integer(compute="_compute_handover")
    handover_closed_on = fields.Date(readonly=True, copy=False, tracking=True)
    settlement_date = fields.Date("Settled on", copy=False, tracking=True)
    settlement_note = fields.Text(
        copy=False, help="What was paid to whom, and what was left open."
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
    date_signed = fields.Date(compute="_compute_date_signed", store=True)
    overlap_ids = fields.Many2many(
        "pm.contract",
        string="On the Same Scope",
        compute="_compute_overlap_ids",
        help="Property service contracts that cover the same property in the same "
        "time.",
    )
    # monitoring, change and renewal
    amendment_ids = fields.One2many(
        "pm.contract.amendment", "contract_id", "Amendments"
    )
    amendment_count = fields.Integer(compute="_compute_monitoring_counts")
    obligation_ids = fields.One2many(
        "pm.contract.obligation", "contract_id", "Obligations"
    )
    obligation_event_ids = fields.One2many(
        "pm.contract.obligation.event", "contract_id", "Due Obligations"
    )
    obligation_due_count = fields.Integer(
        "Duties Due So Far", compute="_compute_obligation_rate"
    )
    obligation_overdue_count = fields.Integer(
        "Duties Overdue", compute="_compute_obligation_rate"
    )
    obligation_rate = fields.Float(
        "Duties in Time",
        compute="_compute_obligation_rate",
        aggregator=None,
        help="Duties of either side that were met in time, of all that were due.",
    )
    renewal_ids = fields.One2many("pm.contract.renewal", "contract_id", "Renewals")
    renewal_count = fields.Integer(compute="_compute_monitoring_counts")
    next_step = fields.Char(compute="_compute_next_step")
    terms_locked = fields.Boolean(
        compute="_compute_terms_locked", export_string_translation=False
    )

    _name_unique = models.UniqueIndex(
        "(company_id, name) WHERE is_numbered",
        "This contract number is taken.",
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "A contract cannot end before it starts.",
    )
    _commission_in_range = models.Constraint(
        "CHECK (commission_rate >= 0 AND commission_rate <= 100"
        " AND commission_amount >= 0)",
        "A commission lies between 0 and 100 %, and an amount is not negative.",
    )
    _notice_positive = models.Constraint(
        "CHECK (notice_days >= 0 AND notice_days_other >= 0 AND amount >= 0)",
        "Days of notice and the contract value cannot be negative.",
    )
    _settled_in_order = models.Constraint(
        "CHECK (settlement_date IS NULL OR settlement_date >= date_from)",
        "A contract cannot be settled before it starts.",
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

    @api.depends(
        "line_ids.amount_month",
        "line_ids.date_from",
        "line_ids.date_to",
        "date_from",
        "date_to",
    )
    def _compute_amounts(self):
        today = fields.Date.context_today(self)
        for contract in self:
            # an amended fee stands there twice: as it was and as it is
            day = max(today, contract.date_from or today)
            running = contract.line_ids.filtered(
                lambda line, day=day: (
                    (not line.date_from or line.date_from <= day)
                    and (not line.date_to or line.date_to >= day)
                )
            )
            month = sum(running.mapped("amount_month"))
            contract.amount_month = month
            estimate = month * contract._term_months()
            # a new contract has no currency before it has an estate
            contract.amount_estimate = (
                contract.currency_id.round(estimate) if contract.currency_id else 0.0
            )

    @api.depends("party_ids.signed_on")
    def _compute_date_signed(self):
        for contract in self:
            days = contract.party_ids.mapped("signed_on")
            contract.date_signed = bool(days and all(days)) and max(days)

    @api.depends("handover_ids.done_on", "handover_ids.date_due")
    def _compute_handover(self):
        for contract in self:
            pending = contract.handover_ids.filtered(lambda item: not item.done_on)
            contract.handover_open_count = len(pending)
            contract.handover_due = min(
                (item.date_due for item in pending if item.date_due), default=False
            )

    @api.depends("state", "taken_over")
    def _compute_terms_locked(self):
        for contract in self:
            contract.terms_locked = not contract._terms_open()

    @api.depends(
        "estate_id",
        "property_ids",
        "kind",
        "date_from",
        "date_end",
        "state",
        "predecessor_id",
    )
    def _compute_overlap_ids(self):
        for contract in self:
            contract.overlap_ids = contract._unsettled_overlap()

    def _compute_monitoring_counts(self):
        amendments = dict(
            self.env["pm.contract.amendment"]._read_group(
                [("contract_id", "in", self.ids), ("state", "!=", "cancelled")],
                ["contract_id"],
                ["__count"],
            )
        )
        renewals = dict(
            self.env["pm.contract.renewal"]._read_group(
                [("contract_id", "in", self.ids), ("state", "!=", "cancelled")],
                ["contract_id"],
                ["__count"],
            )
        )
        for contract in self:
            contract.amendment_count = amendments.get(contract._origin, 0)
            contract.renewal_count = renewals.get(contract._origin, 0)

    @api.depends("obligation_event_ids.state", "obligation_event_ids.date_due")
    def _compute_obligation_rate(self):
        figures = self._fulfilment()
        overdue = dict(
            self.env["pm.contract.obligation.event"]._read_group(
                [("contract_id", "in", self.ids), ("is_overdue", "=", True)],
                ["contract_id"],
                ["__count"],
            )
        )
        for contract in self:
            met, due = figures.get(contract._origin.id, (0, 0))
            contract.obligation_due_count = due
            contract.obligation_rate = met / due if due else 0.0
            contract.obligation_overdue_count = overdue.get(contract._origin, 0)

    @api.depends("state", "party_ids.signed_on", "clause_ids", "handover_ids.done_on")
    def _compute_next_step(self):
        for contract in self:
            contract.next_step = contract._next_step()

    def _next_step(self):
        """Return what to do next, as the banner of the form says it."""
        self.ensure_one()
        if self.taken_over and not self.partner_id and self.state in IN_FORCE:
            return self.env._(
                "This contract was made when the register was taken over. Name the "
                "other party and attach the signed contract."
            )
        if self.state == "draft":
            return self._next_step_of_draft()
        if self.state == "approval":
            return self.env._(
                "The approval levels decide. Withdraw it to go on editing."
            )
        if self.state == "approved":
            unsigned = self.party_ids.filtered(lambda party: not party.signed_on)
            return self.env._(
                "Have it signed by %(parties)s: print it, or send the link.",
                parties=", ".join(unsigned.partner_id.mapped("name")),
            )
        if self.state == "signed":
            return self.env._(
                "Signed by all. It becomes active by itself on %(day)s.",
                day=format_date(self.env, self.date_from),
            )
        if self.state in IN_FORCE and self.termination_date:
            return self.env._(
                "Notice was given: the last day is %(day)s. Hand over by the "
                "checklist.",
                day=format_date(self.env, self.termination_date),
            )
        if self.state == "expiring":
            return self.env._(
                "The term ends on %(end)s. Our last day to give notice is "
                "%(ours)s, theirs %(theirs)s: renew it, or terminate it.",
                end=format_date(self.env, self.date_to),
                ours=format_date(self.env, self.notice_date),
                theirs=format_date(self.env, self.notice_date_other),
            )
        if self.state == "active" and self.open_ended_since:
            return self.env._(
                "The term has passed and the contract runs on. Either side may end "
                "it with %(days)s days' notice.",
                days=self.kind_id.notice_days_open,
            )
        if self.state in ("terminated", "ended") and self.handover_open_count:
            return self.env._(
                "%(count)s points of the hand-over are open, due by %(day)s.",
                count=self.handover_open_count,
                day=format_date(self.env, self.handover_due) or "–",
            )
        if self.state == "terminated" and not self.handover_closed_on:
            return self.env._("Enter the settlement, then close the hand-over.")
        return False

    def _next_step_of_draft(self):
        if not self.partner_id:
            return self.env._("Name the other party.")
        if not self.clause_ids:
            return self.env._("Take the clauses from the templates, or write your own.")
        return self.env._("Complete the terms, then submit the contract.")

    # ------------------------------------------------------------------
    # Constraints
    # ------------------------------------------------------------------

    @api.constrains("state", "partner_id")
    def _check_party(self):
        for contract in self:
            if contract.state not in ("draft", *OVER) and not (
                contract.partner_id or contract.taken_over
            ):
                raise ValidationError(
                    self.env._(
                        "Name the other party of the contract %s before it "
                        "becomes active.",
                        contract.display_name,
                    )
                )

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
        if not self.env.su and any(
            contract.state != "draft" or contract.is_numbered or contract.taken_over
            for contract in contracts
        ):
            self._refuse_step_by_hand()
        contracts._update_parties()
        if not self.env.context.get("pm_without_clauses"):
            contracts.filtered(lambda contract: not contract.clause_ids)._take_clauses()
        return contracts

    def write(self, vals):
        if not self.env.su:
            if STEPS & vals.keys():
                self._refuse_step_by_hand()
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
            self.browse([contract.id for contract in changed]).sudo()._last_day_changed(
                changed
            )
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

    def _refuse_step_by_hand(self):
        raise AccessError(
            self.env._(
                "The state of a contract and what belongs to it are set by its "
                "steps, not written by hand. Use the buttons of the contract."
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

    def _state_label(self):
        return dict(self._fields["state"]._description_selection(self.env))[self.state]

    def _update_parties(self, partners_before=None):
        """Keep our side and the other party among the parties."""
        vals_list = []
        parties_sudo = self.env["pm.contract.party"].sudo()
        for contract in self.sudo():
            before = (partners_before or {}).get(contract)
            role = PARTY_ROLES.get(contract.kind, "owner")
            main = contract.party_ids.filtered(
                lambda party, before=before: (
                    party.partner_id == before and party.role != "guarantor"
                )
            )[:1]
            ours = contract.company_id.partner_id
            if ours not in contract.party_ids.partner_id:
                contract.party_ids.filtered(
                    lambda party: party.role == "manager" and not party.signed_on
                ).unlink()
                vals_list.append(contract._party_vals(ours, "manager"))
            if main and not contract.partner_id:
                main.unlink()
            elif main:
                main.write({"partner_id": contract.partner_id.id, "role": role})
            elif (
                contract.partner_id
                and contract.partner_id not in contract.party_ids.partner_id
            ):
                vals_list.append(contract._party_vals(contract.partner_id, role))
        parties_sudo.create(vals_list)

    def _party_vals(self, partner, role):
        return {
            "contract_id": self.id,
            "partner_id": partner.id,
            "role": role,
            "sequence": 20 if role == "manager" else 10,
        }

    # ------------------------------------------------------------------
    # Portal
    # ------------------------------------------------------------------

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for contract in self:
            contract.access_url = f"/my/property-contracts/{contract.id}"
        return result

    @api.model
    def _domain_portal(self, partner):
        """Return the domain of what a party sees: its own, once approved.

        One that went back to a draft keeps its number, but is seen by nobody outside.
        """
        return (
            Domain("is_numbered", "=", True)
            & Domain("state", "not in", ("draft", "approval"))
            & Domain(
                "party_ids.partner_id", "child_of", partner.commercial_partner_id.id
            )
        )

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
        """Tell whether the company keeps the contract from starting: no papers."""
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
        if not self.env.su and not self.env.user.has_group(
            "pm_core.group_pm_estate_manager"
        ):
            raise AccessError(
                self.env._(
                    "This step binds the company: ask an estate manager to take it."
                )
            )

    def _term_months(self):
        """Return the months of the agreed term; 12 when it is open-ended."""
        self.ensure_one()
        if not self.date_from or not self.date_to:
            return 12
        term = relativedelta(self.date_to + timedelta(days=1), self.date_from)
        return term.years * 12 + term.months + term.days / 30
