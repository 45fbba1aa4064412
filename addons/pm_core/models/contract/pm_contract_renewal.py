from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from .pm_contract_states import IN_FORCE

DECISIONS = [
    ("renew", "Renew"),
    ("renegotiate", "Renegotiate"),
    ("leave", "Do Not Renew"),
]
FIGURES_MONTHS = 12


class PmContractRenewal(models.Model):
    """The assessment before a term ends, and what was decided.

    Opens once for each contract and term, in time before notice has to be given.
    Figures come from the system for the last twelve months of the contract; what
    has no figure counts neither for nor against.
    """

    _name = "pm.contract.renewal"
    _description = "Contract Renewal"
    _inherit = ["mail.thread", "mail.activity.mixin", "pm.approval.mixin"]
    _order = "term_end desc, id desc"
    _rec_names_search = ["contract_id.name", "contract_id.title"]
    _check_company_auto = True

    contract_id = fields.Many2one(
        "pm.contract",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain=[("state", "in", IN_FORCE), ("date_to", "!=", False)],
    )
    estate_id = fields.Many2one(
        related="contract_id.estate_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="contract_id.company_id", store=True, index=True, precompute=True
    )
    partner_id = fields.Many2one(related="contract_id.partner_id")
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    term_end = fields.Date(
        "Term Ends on",
        compute="_compute_term_end",
        store=True,
        precompute=True,
        required=True,
        help="Last day of the term that is assessed.",
    )
    notice_date = fields.Date(related="contract_id.notice_date")
    notice_date_other = fields.Date(related="contract_id.notice_date_other")
    figures_from = fields.Date(readonly=True, copy=False)
    figures_to = fields.Date("Figures Until", readonly=True, copy=False)
    line_ids = fields.One2many(
        "pm.contract.renewal.line", "renewal_id", "Criteria", copy=False
    )
    score = fields.Float(
        "Total Score",
        compute="_compute_score",
        store=True,
        digits=(5, 1),
        aggregator="avg",
        help="Weighted mean of the criteria that have points, 0 to 100.",
    )
    weight_known = fields.Float(
        "Weight Assessed (%)",
        compute="_compute_score",
        store=True,
        digits=(5, 1),
        aggregator=None,
        help="Share of the weight of all criteria that have points.",
    )
    band_id = fields.Many2one(
        "pm.contract.renewal.band",
        "Recommendation",
        compute="_compute_band_id",
        store=True,
        index="btree_not_null",
    )
    decision = fields.Selection(DECISIONS, tracking=True, copy=False)
    decision_note = fields.Text("Grounds", copy=False)
    decided_on = fields.Date(readonly=True, copy=False)
    notice_given_on = fields.Date(
        "Notice Given on",
        tracking=True,
        copy=False,
        help="Day on which the other party was told what was decided.",
    )
    successor_id = fields.Many2one(
        "pm.contract",
        "Follow-on Contract",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    state = fields.Selection(
        [
            ("draft", "Assessment"),
            ("approval", "In Approval"),
            ("approved", "Decided"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        copy=False,
        default="draft",
        index=True,
        tracking=True,
        group_expand=True,
    )

    _once = models.UniqueIndex(
        "(contract_id, term_end)",
        "The renewal of this contract is assessed for this term already.",
    )

    # ------------------------------------------------------------------
    # Compute
    # ------------------------------------------------------------------

    @api.depends("contract_id", "term_end")
    def _compute_display_name(self):
        for renewal in self:
            renewal.display_name = self.env._(
                "%(contract)s, term to %(day)s",
                contract=renewal.contract_id.display_name or "",
                day=format_date(self.env, renewal.term_end) or "–",
            )

    @api.depends("contract_id")
    def _compute_user_id(self):
        for renewal in self:
            renewal.user_id = renewal.contract_id.user_id or self.env.user

    @api.depends("contract_id")
    def _compute_term_end(self):
        for renewal in self:
            renewal.term_end = renewal.contract_id.date_to

    @api.depends("line_ids.weight", "line_ids.points", "line_ids.has_points")
    def _compute_score(self):
        for renewal in self:
            known = renewal.line_ids.filtered("has_points")
            weight = sum(known.mapped("weight"))
            total = sum(renewal.line_ids.mapped("weight"))
            points = sum(line.weight * line.points for line in known)
            renewal.score = points / weight if weight else 0.0
            renewal.weight_known = 100 * weight / total if total else 0.0

    @api.depends("score", "weight_known")
    def _compute_band_id(self):
        # the scale: a handful of bands
        bands = self.env["pm.contract.renewal.band"].search([], limit=100)
        for renewal in self:
            renewal.band_id = (
                bands.filtered(
                    lambda band, score=renewal.score: band.minimum <= score
                ).sorted("minimum", reverse=True)[:1]
                if renewal.weight_known
                else False
            )

    # ------------------------------------------------------------------
    # Create, write, delete
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        renewals = super().create(vals_list)
        renewals.filtered(lambda renewal: not renewal.line_ids)._open()
        return renewals

    def write(self, vals):
        if not self.env.su and {"decision", "contract_id"} & vals.keys():
            self._check_in_state("draft")
        result = super().write(vals)
        if "contract_id" in vals:
            # the record rules were asked about the contract that it had before
            self.check_access("write")
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        for renewal in self:
            if renewal.state not in ("draft", "cancelled"):
                raise UserError(
                    self.env._("%s is on file and stays there.", renewal.display_name)
                )

    # ------------------------------------------------------------------
    # Assessment
    # ------------------------------------------------------------------

    def _open(self):
        """Take the criteria over and fill in the figures."""
        criteria = self.env["pm.contract.renewal.criterion"].search(
            Domain("kind_ids", "=", False)
            | Domain("kind_ids", "in", self.contract_id.kind_id.ids)
        )
        for renewal in self:
            renewal.sudo()._as_step().line_ids = [
                Command.create(criterion._prepare_line())
                for criterion in criteria
                if not criterion.kind_ids
                or renewal.contract_id.kind_id in criterion.kind_ids
            ]
        self.action_measure()

    def action_measure(self):
        """Take the figures of the last twelve months anew.

        :raises UserError: no longer an assessment
        """
        self.check_access("write")
        self._check_in_state("draft")
        for renewal in self:
            contract = renewal.contract_id
            last = min(contract._today() - timedelta(days=1), renewal.term_end)
            first = max(
                last - relativedelta(months=FIGURES_MONTHS) + timedelta(days=1),
                contract.date_from,
            )
            renewal._as_step().write(
                {"figures_from": first, "figures_to": max(first, last)}
            )
            renewal.line_ids._measure()

    # ------------------------------------------------------------------
    # Decision
    # ------------------------------------------------------------------

    def _check_submittable(self):
        result = super()._check_submittable()
        for renewal in self:
            if not renewal.decision:
                raise UserError(
                    self.env._(
                        "Choose the decision on %s before you submit it.",
                        renewal.display_name,
                    )
                )
            missing = renewal.line_ids.filtered(
                lambda line: line.source == "manual" and not line.has_points
            )[:1]
            if missing:
                raise UserError(
                    self.env._(
                        "%(renewal)s: judge %(criterion)s first, or take it out.",
                        renewal=renewal.display_name,
                        criterion=missing.name,
                    )
                )
        return result

    def _approve(self):
        result = super()._approve()
        for renewal in self:
            renewal._as_step().decided_on = renewal.contract_id._today()
            renewal.activity_feedback(["pm_core.mail_activity_renewal"])
        return result

    def action_cancel(self):
        """Give the assessment up; it can be taken up again."""
        self.check_access("write")
        self._check_in_state("draft", "approval")
        self.sudo()._as_step().state = "cancelled"
        self.activity_unlink(["pm_core.mail_activity_renewal"])

    def action_reset(self):
        """Take a decision back as long as nothing followed from it.

        :raises UserError: a follow-on contract was made, or notice given
        """
        self.check_access("write")
        self._check_in_state("approved", "cancelled")
        for renewal in self:
            if renewal.successor_id or renewal.notice_given_on:
                raise UserError(
                    self.env._(
                        "%s was carried out: delete the follow-on contract or clear "
                        "the day of the notice first.",
                        renewal.display_name,
                    )
                )
        self.sudo().review_ids.unlink()
        self.sudo()._as_step().write({"state": "draft", "decided_on": False})

    def action_give_notice(self):
        """Register that the other party was told, today unless a day was entered."""
        self.check_access("write")
        self._check_in_state("approved")
        for renewal in self:
            today = renewal.contract_id._today()
            renewal.notice_given_on = renewal.notice_given_on or today

    def action_terminate(self):
        """Open what registers the end of a contract that is not renewed."""
        self.ensure_one()
        self._check_in_state("approved")
        return self.contract_id.action_terminate()

    def action_make_contract(self):
        """Make the draft of the contract that follows, and open it.

        Made once: the second time the first one opens.

        :raises UserError: it was decided not to renew
        """
        self.ensure_one()
        self.check_access("write")
        self._check_in_state("approved")
        if self.decision == "leave":
            raise UserError(
                self.env._(
                    "It was decided not to renew %s.", self.contract_id.display_name
                )
            )
        self.lock_for_update()
        if not self.successor_id:
            step = self.sudo()._as_step()
            step.successor_id = self.contract_id._as_step()._make_follow_on(
                self.term_end
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": "pm.contract",
            "res_id": self.successor_id.id,
            "view_mode": "form",
        }

    # ------------------------------------------------------------------
    # Cron
    # ------------------------------------------------------------------

    @api.model
    def _cron_open(self):
        """Open the assessments that are due, one for each contract and term.

        A contract is due from its expiring day on: the days of notice and the days
        to decide before them are those of its kind.
        """
        Contract = self.env["pm.contract"]
        # it is tomorrow in some time zones
        horizon = fields.Date.today() + timedelta(days=1)
        domain = (
            Domain("state", "in", IN_FORCE)
            & Domain("open_ended_since", "=", False)
            & Domain("termination_date", "=", False)
            & Domain("date_to", "!=", False)
            & Domain("expiring_date", "<=", horizon)
        )
        due = Contract.search(domain).filtered(
            lambda contract: (
                contract.expiring_date <= contract._today() <= contract.date_to
                and contract.date_to not in contract.renewal_ids.mapped("term_end")
            )
        )
        due._cron_each(self._open_for)

    @api.model
    def _open_for(self, contract):
        """Open the assessment of a contract, in the language of ``contract``."""
        renewals = self.with_context(lang=contract.env.lang)
        renewals.create({"contract_id": contract.id})._announce()

    def _announce(self):
        """Tell who is responsible, by our last day to give notice."""
        for renewal in self:
            today = renewal.contract_id._today()
            responsible = renewal.user_id or self.env.user
            reader = self.with_context(lang=responsible.lang or self.env.lang)
            renewal.activity_schedule(
                "pm_core.mail_activity_renewal",
                max(renewal.notice_date or today, today),
                summary=reader.env._("Assess and decide the renewal"),
                user_id=responsible.id,
            )
