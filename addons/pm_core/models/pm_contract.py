import logging
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_amount, format_date

_logger = logging.getLogger(__name__)

# Before a contract takes effect, while it does, and after.
PENDING = ("draft", "approval", "approved", "signed")
IN_FORCE = ("active", "expiring")
OVER = ("renewed", "terminated", "ended")
# Contracts that may not cover the same property at the same time.
SERVICE_KINDS = ("preliminary", "owners")
# As what the other party signs.
PARTY_ROLES = {
    "preliminary": "developer",
    "tenant": "tenant",
    "supplier": "supplier",
}
# What was agreed: fixed once a contract leaves the draft.
TERMS = {
    *("title", "kind", "partner_id", "estate_id", "property_ids", "date_from"),
    *("date_to", "line_ids", "clause_ids", "note", "amount", "fee_basis"),
    *("commission_method", "commission_rate", "commission_amount"),
    *("notice_days", "notice_days_other", "party_ids", "predecessor_id"),
}
# What only the steps of the contract set.
STEPS = {
    *("state", "name", "is_numbered", "taken_over", "closed_on", "open_ended_since"),
    *("approval_date", "termination_date", "termination_reason_id", "notice_by"),
    *("notice_given_on", "handover_closed_on"),
}


class PmContract(models.Model):
    """An agreement on what is served where, for whom, how long and for which fees.

    Approval, signing, begin and end are steps of their own (``action_*``); the cron
    takes those that a date decides. The last day of service is ``date_end``,
    whatever it comes from; what follows it (fees, obligations) hooks into
    ``_last_day_changed``.
    """

    _name = "pm.contract"
    _description = "Property Contract"
    _inherit = [
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
    estate_id = fields.Many2one(
        "pm.property",
        required=True,
        index=True,
        domain="[('kind', '=', 'estate')]",
        check_company=True,
        ondelete="restrict",
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
    company_id = fields.Many2one(
        related="estate_id.company_id", store=True, index=True, precompute=True
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
            contract.amount_estimate = contract.currency_id.round(
                month * contract._term_months()
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

    @api.depends("estate_id", "property_ids", "kind", "date_from", "date_end")
    def _compute_overlap_ids(self):
        for contract in self:
            contract.overlap_ids = contract._overlapping()

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

    @api.constrains("estate_id", "property_ids")
    def _check_scope(self):
        for contract in self:
            foreign = contract.property_ids.filtered(
                lambda prop, estate=contract.estate_id: prop.estate_id != estate
            )
            if foreign:
                raise ValidationError(
                    self.env._(
                        "%(property)s does not belong to %(estate)s, which the "
                        "contract %(contract)s is about. Take it out of the scope.",
                        property=foreign[0].display_name,
                        estate=contract.estate_id.display_name,
                        contract=contract.display_name,
                    )
                )

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
    # Clauses
    # ------------------------------------------------------------------

    def action_take_clauses(self):
        """Add the clauses of the templates of the kind that are not there yet.

        :raises UserError: not a draft
        """
        self._check_terms_open()
        self._take_clauses()

    def _take_clauses(self, only_basis=False):
        """Copy the clauses that fit; ``only_basis``: those for one fee basis only."""
        domain = [("fee_basis", "!=", False)] if only_basis else []
        templates = self.env["pm.contract.clause.template"].search(domain)
        vals_list = []
        for contract in self:
            present = contract.clause_ids.template_id
            wanted = (templates - present).filtered(
                lambda template, contract=contract: (
                    (not template.kind_ids or contract.kind_id in template.kind_ids)
                    and template.fee_basis in (False, contract.fee_basis)
                )
            )
            vals_list += [
                {
                    "contract_id": contract.id,
                    "template_id": template.id,
                    "sequence": template.sequence,
                    "name": template.name,
                    "clause_type": template.clause_type,
                    "body": template.body,
                }
                for template in wanted.with_context(lang=contract._contract_lang())
            ]
        # who may make a contract may have its clauses
        self.env["pm.contract.clause"].sudo().create(vals_list)

    def _swap_clauses(self):
        """Let the clauses of another fee basis make room for those of the new one."""
        for contract in self:
            others = contract.clause_ids.filtered(
                lambda clause, contract=contract: (
                    clause.template_id.fee_basis not in (False, contract.fee_basis)
                )
            )
            if others or contract.clause_ids.template_id:
                others.sudo().unlink()
                contract._take_clauses(only_basis=True)

    @api.model
    def _clause_placeholders(self):
        """Return the words in braces that clauses may use."""
        return [
            *("company", "party", "estate", "scope", "date_from", "date_to"),
            *("fee_basis", "commission", "fees", "amount", "notice_ours"),
            *("notice_theirs", "notice_open", "handover_days", "number"),
        ]

    def _clause_values(self):
        """Return {word: text} of what clauses take from the contract."""
        self.ensure_one()
        blank = "______"
        labels = self._fields["fee_basis"]._description_selection(self.env)
        values = {
            "company": self.company_id.name,
            "party": self.partner_id.name,
            "estate": self.estate_id.name,
            "scope": ", ".join(
                self.property_ids.with_context(hierarchical_naming=False).mapped(
                    "display_name"
                )
            )
            or self.env._("the whole estate"),
            "date_from": self.date_from and format_date(self.env, self.date_from),
            "date_to": (
                format_date(self.env, self.date_to)
                if self.date_to
                else self.env._("open-ended")
            ),
            "fee_basis": dict(labels).get(self.fee_basis),
            "commission": self._commission_text(),
            "fees": "; ".join(line._describe() for line in self.line_ids),
            "amount": self.amount
            and format_amount(self.env, self.amount, self.currency_id),
            "notice_ours": str(self.notice_days),
            "notice_theirs": str(self.notice_days_other),
            "notice_open": str(self.kind_id.notice_days_open),
            "handover_days": str(self.kind_id.handover_days),
            "number": self.is_numbered and self.name,
        }
        return {word: values[word] or blank for word in self._clause_placeholders()}

    def _commission_text(self):
        """Return the agreed commission in words, or False."""
        if self.fee_basis != "commission":
            return False
        if self.commission_method == "percent":
            return self.env._(
                "%(rate)s %% of what is spent", rate=f"{self.commission_rate:g}"
            )
        return self.env._(
            "%(amount)s a month",
            amount=format_amount(self.env, self.commission_amount, self.currency_id),
        )

    # ------------------------------------------------------------------
    # Approval
    # ------------------------------------------------------------------

    def _check_submittable(self):
        result = super()._check_submittable()
        for contract in self:
            if not contract.partner_id:
                raise ValidationError(
                    self.env._(
                        "Name the other party of the contract %s before you submit it.",
                        contract.display_name,
                    )
                )
            if contract.fee_basis == "commission" and not (
                contract.commission_rate
                if contract.commission_method == "percent"
                else contract.commission_amount
            ):
                raise ValidationError(
                    self.env._(
                        "%s is on commission: enter the percentage or the amount a "
                        "month that we earn.",
                        contract.display_name,
                    )
                )
            contract._check_overlap()
        return result

    def action_submit(self):
        self._check_submittable()
        for contract in self:
            if not contract.amount and contract.amount_estimate:
                contract.amount = contract.amount_estimate
        return super().action_submit()

    def _approve(self):
        result = super()._approve()
        self._assign_number()
        self.clause_ids._freeze()
        return result

    def _assign_number(self):
        for contract in self.filtered(lambda contract: not contract.is_numbered):
            contract.write(
                {
                    "is_numbered": True,
                    "name": self.env["ir.sequence"]
                    .with_company(contract.company_id)
                    .next_by_code("pm.contract", sequence_date=contract.date_from),
                }
            )

    def action_revise(self):
        """Take an approved contract that nobody signed yet back to a draft.

        :raises UserError: not approved, or signed by a party
        """
        self._check_manager()
        self._check_in_state("approved")
        signed = self.party_ids.filtered("signed_on")[:1]
        if signed:
            raise UserError(
                self.env._(
                    "%(party)s has signed %(contract)s. What is signed is changed by "
                    "an amendment.",
                    party=signed.partner_id.name,
                    contract=signed.contract_id.display_name,
                )
            )
        self.sudo().review_ids.unlink()
        self.sudo().party_ids.sign_token = False
        self.sudo().write({"state": "draft", "approval_date": False})

    def _get_tier_validation_readonly_domain(self):
        # what is fixed later is said field by field in the form
        return "state == 'approval'"

    # ------------------------------------------------------------------
    # Signing
    # ------------------------------------------------------------------

    def action_sign(self):
        """Open what registers a contract that was signed on paper."""
        self.ensure_one()
        self._check_manager()
        self._check_in_state("approved")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Signed on Paper"),
            "res_model": "pm.contract.sign",
            "view_mode": "form",
            "target": "new",
            "context": {"default_contract_id": self.id, "default_method": "paper"},
        }

    def action_sign_company(self):
        """Open what lets the user sign for the company."""
        self.ensure_one()
        return {
            **self.action_sign(),
            "name": self.env._("Sign for the Company"),
            "context": {"default_contract_id": self.id, "default_method": "user"},
        }

    def action_send_for_signature(self):
        """Send the other parties the link by which they sign.

        :raises UserError: not approved, or nobody is left who could sign by link
        """
        self._check_manager()
        self._check_in_state("approved")
        template = self.env.ref("pm_core.mail_template_contract_sign").sudo()
        for contract in self.sudo():
            waiting = contract.party_ids.filtered(
                lambda party: not party.signed_on and not party.is_company
            )
            if not waiting:
                raise UserError(
                    self.env._(
                        "Every other party of %s has signed.", contract.display_name
                    )
                )
            without = waiting.filtered(lambda party: not party.partner_id.email)[:1]
            if without:
                raise UserError(
                    self.env._(
                        "%s has no e-mail address to send the link to. Enter one, or "
                        "have the contract signed on paper.",
                        without.partner_id.name,
                    )
                )
            for party in waiting:
                party._ensure_sign_token()
                template.with_context(lang=party.partner_id.lang).send_mail(
                    party.id, email_layout_xmlid="mail.mail_notification_light"
                )
                contract.message_post(
                    body=self.env._(
                        "The link to sign went to %(name)s, %(email)s.",
                        name=party.partner_id.name,
                        email=party.partner_id.email,
                    )
                )

    def _check_all_signed(self):
        """Take the contracts on that all parties have signed."""
        for contract in self:
            if contract.state == "approved" and all(
                contract.party_ids.mapped("signed_on")
            ):
                contract.state = "signed"
                if (
                    contract.date_from <= contract._today()
                    and not contract._documents_block()
                ):
                    contract._start()

    # ------------------------------------------------------------------
    # In force
    # ------------------------------------------------------------------

    def _is_in_force(self):
        """Tell whether the contract is signed, has begun and is not over."""
        self.ensure_one()
        return self.state in IN_FORCE

    @api.model
    def _domain_in_force(self):
        """Return the domain of the contracts that are in force."""
        return Domain("state", "in", IN_FORCE)

    def _has_begun(self):
        """Tell whether the contract has ever been in force."""
        self.ensure_one()
        return self.state not in PENDING

    def _today(self):
        """Return today's date where the estate is."""
        self.ensure_one()
        return fields.Date.context_today(
            self.with_context(tz=self.estate_id.tz or self.env.context.get("tz"))
        )

    def action_activate(self):
        """Put signed contracts in force whose start has come.

        :raises UserError: not signed, or the start lies ahead
        """
        self._check_manager()
        self._check_in_state("signed")
        for contract in self:
            if contract.date_from > contract._today():
                raise UserError(
                    self.env._(
                        "%(contract)s starts on %(day)s and becomes active by itself "
                        "that day.",
                        contract=contract.display_name,
                        day=fields.Date.to_string(contract.date_from),
                    )
                )
        self.sudo()._start()

    def action_take_over(self):
        """Enter contracts that are in force already, signed outside the system.

        For company managers: it leaves approval and signing out.
        """
        if not self.env.su and not self.env.user.has_group(
            "pm_core.group_pm_company_manager"
        ):
            raise AccessError(
                self.env._(
                    "Only a company manager enters a contract as in force without "
                    "approval. Submit it instead."
                )
            )
        self._check_in_state("draft")
        self._take_over()

    def _take_over(self):
        """Number contracts and put them in force as they are."""
        contracts_sudo = self.sudo()
        contracts_sudo.taken_over = True
        contracts_sudo._assign_number()
        contracts_sudo._start()

    def _start(self):
        """Put contracts in force; what they replace by law or renewal ends."""
        self.filtered(lambda contract: not contract.taken_over)._check_documents()
        for contract in self:
            contract._check_overlap()
            contract.state = "active"
            before = contract.predecessor_id
            if before.state in IN_FORCE:
                before._finish("renewed", contract.date_from - timedelta(days=1))
            contract._end_preliminary()
            if not contract.with_context(active_test=False).obligation_ids:
                contract._take_obligations()
            contract.obligation_ids._plan()

    def _end_preliminary(self):
        """The preliminary contract ends when the owners' own takes effect.

        Civil Code, article 940. One that covers more than the owners' contract goes
        on for the rest, and the people responsible are told.
        """
        if self.kind != "owners":
            return
        last_day = self.date_from - timedelta(days=1)
        for before in self._overlapping().filtered(
            lambda other: other.kind == "preliminary" and other.state in IN_FORCE
        ):
            if self._covers(before):
                before._finish("ended", max(last_day, before.date_from))
                before.message_post(
                    body=self.env._(
                        "Ended because the owners' contract %s took effect (Civil "
                        "Code, article 940).",
                        self.display_name,
                    )
                )
            else:
                before.message_post(
                    body=self.env._(
                        "The owners' contract %s took effect on a part of the scope "
                        "(Civil Code, article 940). Take that part out of this one.",
                        self.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # Same scope
    # ------------------------------------------------------------------

    def _check_overlap(self):
        """Refuse two property service contracts for the same property and time.

        A preliminary contract may stand before an owners' one, which ends it.

        :raises ValidationError: naming the other contract
        """
        for contract in self:
            if contract.taken_over:
                continue
            clashing = contract._overlapping().filtered(
                lambda other, contract=contract: (
                    other != contract.predecessor_id
                    and not (contract.kind == "owners" and other.kind == "preliminary")
                    # by law it ends on the day before, whatever its date says
                    and not (
                        contract.kind == "preliminary"
                        and other.kind == "owners"
                        and other.date_from > contract.date_from
                    )
                )
            )[:1]
            if clashing:
                raise ValidationError(
                    self.env._(
                        "%(contract)s and %(other)s cover the same property in the "
                        "same time. End the other one before %(day)s, change the "
                        "scope, or let this contract follow it.",
                        contract=contract.display_name,
                        other=clashing.display_name,
                        day=fields.Date.to_string(contract.date_from),
                    )
                )

    def _overlapping(self):
        """Return the agreed service contracts on the same scope and time."""
        self.ensure_one()
        if self.kind not in SERVICE_KINDS or not self.date_from or not self.estate_id:
            return self.browse()
        domain = Domain("estate_id", "=", self.estate_id.id)
        domain &= Domain("kind", "in", SERVICE_KINDS)
        domain &= Domain("state", "in", ("approved", "signed", *IN_FORCE))
        domain &= Domain("date_end", "=", False) | Domain(
            "date_end", ">=", self.date_from
        )
        if self.date_end:
            domain &= Domain("date_from", "<=", self.date_end)
        others = self.search(domain & Domain("id", "!=", self._origin.id))
        return others.filtered(lambda other: other._meets(self) or self._meets(other))

    def _scope_paths(self):
        """Return where in the property tree the scope begins."""
        return (self.property_ids or self.estate_id).sudo().mapped("parent_path")

    def _meets(self, other):
        """Tell whether a part of ``other``'s scope lies within this scope."""
        own = self._scope_paths()
        return any(
            path.startswith(start) for path in other._scope_paths() for start in own
        )

    def _covers(self, other):
        """Tell whether the whole scope of ``other`` lies within this scope."""
        own = self._scope_paths()
        return all(
            any(path.startswith(start) for start in own)
            for path in other._scope_paths()
        )

    # ------------------------------------------------------------------
    # End
    # ------------------------------------------------------------------

    def action_end(self):
        """End contracts without a notice, today at the latest.

        For those that were taken over and are past; others are terminated.

        :raises UserError: not in force
        """
        self._check_manager()
        self._check_in_state(*IN_FORCE)
        for contract in self.sudo():
            today = contract._today()
            ends = min(contract.date_to or today, today)
            contract._finish("ended", max(ends, contract.date_from))

    def action_terminate(self):
        """Open what registers that one side gave notice."""
        self.ensure_one()
        self._check_manager()
        self._check_in_state(*IN_FORCE)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Terminate"),
            "res_model": "pm.contract.terminate",
            "view_mode": "form",
            "target": "new",
            "context": {"default_contract_id": self.id},
        }

    def _notice_needed(self, side):
        """Return the days of notice that ``side`` ('ours', 'theirs') has to give."""
        self.ensure_one()
        if side == "mutual":
            return 0
        if self.open_ended_since or not self.date_to:
            return self.kind_id.notice_days_open
        return self.notice_days if side == "ours" else self.notice_days_other

    def _terminate(self, vals):
        """Register a notice; the contract ends with the day it takes effect."""
        for contract in self.sudo():
            contract.write(vals)
            contract._prepare_handover()
            if contract.termination_date < contract._today():
                contract._finish("terminated", contract.termination_date)

    def action_withdraw_termination(self):
        """Go on with contracts whose notice was taken back.

        :raises UserError: no notice was given, or the contract is over
        """
        self._check_manager()
        self._check_in_state(*IN_FORCE)
        for contract in self.sudo():
            if not contract.termination_date:
                raise UserError(
                    self.env._("No notice was given for %s.", contract.display_name)
                )
            contract.handover_ids.filtered(lambda item: not item.done_on).unlink()
            contract.write(
                {
                    "termination_date": False,
                    "termination_reason_id": False,
                    "notice_by": False,
                    "notice_given_on": False,
                }
            )

    def action_prepare_handover(self):
        """Put the checklist of the kind on the contract.

        :raises UserError: neither over nor under notice
        """
        self._check_manager()
        for contract in self:
            if contract.state not in OVER and not contract.termination_date:
                raise UserError(
                    self.env._(
                        "%s is neither over nor under notice; there is nothing to "
                        "hand over yet.",
                        contract.display_name,
                    )
                )
        self.sudo()._prepare_handover()

    def _prepare_handover(self):
        """Copy the hand-over checklist of the kind, due by the days of the kind."""
        vals_list = []
        for contract in self.filtered(lambda contract: not contract.handover_ids):
            due = contract.date_end + timedelta(days=contract.kind_id.handover_days)
            vals_list += [
                {
                    "contract_id": contract.id,
                    "sequence": item.sequence,
                    "name": item.name,
                    "note": item.note,
                    "date_due": due,
                }
                for item in contract.kind_id.handover_item_ids
            ]
        self.env["pm.contract.handover"].create(vals_list)

    def action_close_handover(self):
        """Declare hand-over and settlement complete.

        :raises UserError: still in force, points are open, or not settled
        """
        self._check_manager()
        self._check_in_state(*OVER)
        for contract in self:
            if contract.handover_open_count:
                raise UserError(
                    self.env._(
                        "%(count)s points of the hand-over of %(contract)s are open. "
                        "Tick them off first.",
                        count=contract.handover_open_count,
                        contract=contract.display_name,
                    )
                )
            if not contract.settlement_date:
                raise UserError(
                    self.env._(
                        "Enter the day on which %s was settled.", contract.display_name
                    )
                )
            contract.sudo().handover_closed_on = contract._today()

    def _finish(self, state, day):
        """End contracts in ``state`` with ``day`` as the last day of service."""
        self.write({"state": state, "closed_on": day})
        self.activity_unlink(["pm_core.mail_activity_contract_expiring"])
        self.obligation_ids._plan()

    def _last_day_changed(self, before):
        """React to another last day of contracts in force; addons extend it.

        :param before: {contract: last day so far, or False}
        """
        self.obligation_ids._plan()

    # ------------------------------------------------------------------
    # Obligations
    # ------------------------------------------------------------------

    def _fulfilment(self, date_from=None, date_to=None, side=None):
        """Return {contract id: (duties met in time, duties due)}, in one query.

        Due is what was due before today, and what was met ahead; waived duties do
        not count.

        :param date_from: first due day that counts, and ``date_to`` the last one
        :param side: "ours" or "theirs"; both if empty
        """
        domain = Domain("contract_id", "in", self.ids)
        domain &= Domain("state", "in", ("met", "late", "breached")) | (
            Domain("state", "=", "pending")
            & Domain("date_due", "<", fields.Date.context_today(self))
        )
        if date_from:
            domain &= Domain("date_due", ">=", date_from)
        if date_to:
            domain &= Domain("date_due", "<=", date_to)
        if side:
            domain &= Domain("side", "=", side)
        figures = {}
        for contract, state, count in self.env[
            "pm.contract.obligation.event"
        ]._read_group(domain, ["contract_id", "state"], ["__count"]):
            met, due = figures.get(contract.id, (0, 0))
            figures[contract.id] = (
                met + (count if state == "met" else 0),
                due + count,
            )
        return figures

    def action_take_obligations(self):
        """Add the duties of the templates of the kind that are not there yet."""
        self._check_manager()
        self._take_obligations()

    def _take_obligations(self):
        templates = self.env["pm.contract.obligation.template"]
        # who may make a contract may have its duties
        self.env["pm.contract.obligation"].sudo().create(
            [
                vals
                for contract in self
                for vals in templates.with_context(
                    # a cron may start it, people read it
                    lang=contract.user_id.lang or self.env.lang
                )._prepare_obligations(contract)
            ]
        )

    def action_view_obligations(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_core.pm_contract_obligation_event_action"
            ),
            "domain": [("contract_id", "=", self.id)],
            "context": {},
            "views": [
                (False, "list"),
                (False, "calendar"),
                (False, "kanban"),
                (False, "form"),
            ],
        }

    # ------------------------------------------------------------------
    # Change
    # ------------------------------------------------------------------

    def action_amend(self):
        """Open a new amendment that starts from the terms of today.

        :raises UserError: not signed yet, or over
        """
        self.ensure_one()
        self._check_manager()
        self._check_in_state("signed", *IN_FORCE)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Amend"),
            "res_model": "pm.contract.amendment",
            "view_mode": "form",
            "context": {"default_contract_id": self.id},
        }

    def action_view_amendments(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_core.pm_contract_amendment_action"
            ),
            "domain": [("contract_id", "=", self.id)],
            "context": {"default_contract_id": self.id},
        }

    def _term_value(self, name, holder=None):
        """Return a term of the contract, or of the amendment ``holder``, as JSON."""
        self.ensure_one()
        record = self if holder is None else holder
        value, field = record[name], self._fields[name]
        if field.type == "many2many":
            return sorted(value.ids)
        if field.type == "many2one":
            return value.id
        if field.type == "date":
            return value and fields.Date.to_string(value)
        if field.type == "monetary":
            return self.currency_id.round(value)
        if field.type == "float":
            return round(value, field.get_digits(self.env)[1])
        return value

    def _term_text(self, name, holder=None):
        """Return the same term in words."""
        self.ensure_one()
        record = self if holder is None else holder
        value, field = record[name], self._fields[name]
        if name == "property_ids":
            return ", ".join(value.mapped("display_name")) or self.env._(
                "the whole estate"
            )
        if name == "date_to":
            return format_date(self.env, value) if value else self.env._("open-ended")
        if field.type == "many2one":
            return value.display_name or ""
        if field.type == "monetary":
            return format_amount(self.env, value, self.currency_id)
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, "")
        if field.type == "float":
            return f"{value:g}"
        return str(value)

    def _amended(self, amendment, before):
        """React to an amendment that took effect; addons extend it.

        :param before: {field: value so far} of the terms that changed
        """

    # ------------------------------------------------------------------
    # Renewal
    # ------------------------------------------------------------------

    def action_view_renewals(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_core.pm_contract_renewal_action"
            ),
            "domain": [("contract_id", "=", self.id)],
            "context": {"default_contract_id": self.id},
        }

    def _make_follow_on(self, last_day):
        """Return the draft of the contract that follows ``last_day``.

        It has the same length, parties, clauses and duties, and the fees that hold
        on the last day. The contract is renewed when it starts.
        """
        self.ensure_one()
        starts = last_day + timedelta(days=1)
        ends = False
        if self.date_to:
            term = relativedelta(self.date_to + timedelta(days=1), self.date_from)
            ends = starts + term - timedelta(days=1)
        lines = self.line_ids.filtered(
            lambda line: (
                (not line.date_to or line.date_to >= last_day)
                and (not line.date_from or line.date_from <= last_day)
            )
        )
        vals = self.copy_data(
            {
                "date_from": starts,
                "date_to": ends,
                "predecessor_id": self.id,
                "user_id": self.user_id.id,
                # worked out anew from the fees when it is submitted
                "amount": 0.0,
            }
        )[0]
        vals["line_ids"] = [
            Command.create({**line_vals, "contract_id": False})
            for line_vals in lines.copy_data({"date_from": False, "date_to": False})
        ]
        vals["clause_ids"] = [
            Command.create(
                {
                    **clause.copy_data({"contract_id": False})[0],
                    "template_id": clause.template_id.id,
                    "body": clause._unfilled(),
                }
            )
            for clause in self.clause_ids
        ]
        follower = self.create(vals)
        present = follower.party_ids.partner_id
        self.env["pm.contract.party"].create(
            [
                {
                    "contract_id": follower.id,
                    "partner_id": party.partner_id.id,
                    "role": party.role,
                    "sequence": party.sequence,
                    "signatory": party.signatory,
                    "signatory_title": party.signatory_title,
                }
                for party in self.party_ids
                if party.partner_id not in present
            ]
        )
        self.env["pm.contract.obligation"].create(
            self.obligation_ids._prepare_follow_on(follower, last_day)
        )
        return follower

    # ------------------------------------------------------------------
    # Cron
    # ------------------------------------------------------------------

    @api.model
    def _cron_update_states(self):
        """Take the steps that a date decides: begin, expiring, end, running on.

        Safe to run again: a contract is looked for by the state it leaves. One that
        fails is named to its responsible user and does not stop the others.
        """
        # a day ahead of and behind UTC is a question of the estate's time zone
        tomorrow = fields.Date.today() + timedelta(days=1)
        domain = Domain("state", "=", "signed") & Domain("date_from", "<=", tomorrow)
        domain |= Domain("state", "=", "active") & Domain(
            "expiring_date", "<=", tomorrow
        )
        domain |= Domain("state", "in", IN_FORCE) & Domain("date_end", "<", tomorrow)
        due = self.search(domain, order="date_from, id")
        self.env["ir.cron"]._commit_progress(remaining=len(due))
        for contract in due:
            locked = contract.try_lock_for_update().filtered_domain(domain)
            if locked:
                try:
                    with self.env.cr.savepoint():
                        locked._update_state()
                except (UserError, ValidationError) as error:
                    locked._note_failure(str(error))
            if not self.env["ir.cron"]._commit_progress(1):
                break

    def _update_state(self):
        """Take the step that is due today, if any."""
        self.ensure_one()
        today = self._today()
        if self.state == "signed" and self.date_from <= today:
            self._start()
        if self.state not in IN_FORCE:
            return
        if self.date_end and self.date_end < today:
            self._pass_end()
        elif (
            self.state == "active"
            and not self.termination_date
            and self.expiring_date
            and self.expiring_date <= today
        ):
            self._expire()

    def _expire(self):
        """The time to decide has come."""
        self.state = "expiring"
        responsible = self.user_id or self.env.user
        # the cron has no language: speak the one of who reads it
        reader = self.with_context(lang=responsible.lang or self.env.lang)
        self.activity_schedule(
            "pm_core.mail_activity_contract_expiring",
            min(self.notice_date, self.notice_date_other),
            summary=reader.env._("Decide how %s goes on", reader.display_name),
            user_id=responsible.id,
        )

    def _pass_end(self):
        """The last day is over."""
        if self.termination_date:
            self._finish("terminated", self.termination_date)
        elif any(
            successor.state in ("signed", *IN_FORCE) for successor in self.successor_ids
        ):
            self._finish("renewed", self.date_end)
        elif self.kind_id.silent_extension:
            self.write(
                {
                    "state": "active",
                    "open_ended_since": self.date_end + timedelta(days=1),
                }
            )
            self.message_post(
                body=self.env._(
                    "The term has passed and nobody decided: the contract runs on "
                    "without an end (Civil Code, article 948)."
                )
            )
        else:
            self._finish("ended", self.date_end)

    def _note_failure(self, message):
        """Tell the responsible user once why the contract is stuck."""
        _logger.warning("Contract %s: %s", self.id, message)
        if not self.activity_search(["mail.mail_activity_data_warning"]):
            responsible = self.user_id or self.env.user
            reader = self.with_context(lang=responsible.lang or self.env.lang)
            self.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=reader.env._("The contract cannot go on"),
                note=message,
                user_id=responsible.id,
            )

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
        """Return the domain of what a party sees: its own, once approved."""
        return Domain("is_numbered", "=", True) & Domain(
            "party_ids.partner_id", "child_of", partner.commercial_partner_id.id
        )

    # ------------------------------------------------------------------
    # Print
    # ------------------------------------------------------------------

    def _contract_lang(self):
        """Return the language of the other party, else of who is responsible."""
        self.ensure_one()
        return self.partner_id.lang or self.user_id.lang or self.env.lang

    def _print_name(self):
        """Return the name of the printed file, without signs that files refuse."""
        self.ensure_one()
        return self.display_name.replace("/", "-")

    def _parties_in_order(self):
        """Return (Party A, party), (Party B, party) and the rest, as printed.

        Party A is who entrusts the service.
        """
        self.ensure_one()
        we_entrust = self.side == "supplier"
        roles = dict(
            self.env["pm.contract.party"]
            ._fields["role"]
            ._description_selection(self.env)
        )
        parties = self.party_ids.sorted(
            lambda party: (
                party.role == "guarantor",
                (party.role == "manager") != we_entrust,
                party.sequence,
                party.id,
            )
        )
        letters = iter(
            [
                self.env._("Party A"),
                self.env._("Party B"),
                self.env._("Party C"),
                self.env._("Party D"),
            ]
        )
        return [
            (
                roles["guarantor"]
                if party.role == "guarantor"
                else next(letters, roles[party.role]),
                party,
            )
            for party in parties
        ]

    def _signature_rows(self):
        """Return the parties two by two, as their signatures are laid out."""
        parties = self._parties_in_order()
        return [parties[start : start + 2] for start in range(0, len(parties), 2)]

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
