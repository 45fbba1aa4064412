from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

OPEN_STATES = ("running", "paused")


class PmSlaClock(models.Model):
    """How one document does against one target of its policy.

    One row for each document and target, unique in the database. The deadline is
    stored and follows from start, target, working calendar and pauses, never from
    the present moment; whether it has passed is asked for with ``is_overdue``. When
    the calendar changes (a holiday is entered), the next run of the watch corrects
    the deadlines of the clocks that run.
    """

    _name = "pm.sla.clock"
    _description = "Service Level Clock"
    _inherit = ["pm.cron.mixin", "pm.event.mixin"]
    _order = "deadline, id"

    target_id = fields.Many2one(
        "pm.sla.target", required=True, index=True, ondelete="restrict", readonly=True
    )
    policy_id = fields.Many2one(
        related="target_id.policy_id",
        string="Service Level Policy",
        store=True,
        index=True,
        precompute=True,
    )
    res_model = fields.Char("Model", required=True, index=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Record ID",
        model_field="res_model",
        required=True,
        index=True,
        readonly=True,
    )
    res_name = fields.Char("Record", compute="_compute_res_name", compute_sudo=True)
    estate_id = fields.Many2one(
        "pm.property", index="btree_not_null", readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True
    )
    started = fields.Datetime("Since", required=True, readonly=True)
    deadline = fields.Datetime(
        readonly=True,
        help="Empty while the clock is paused, unless it was over before.",
    )
    warn_at = fields.Datetime("Due Soon From", readonly=True)
    escalate_at = fields.Datetime(
        "Next Escalation", index="btree_not_null", readonly=True
    )
    reached = fields.Datetime(readonly=True)
    state = fields.Selection(
        [
            ("running", "Running"),
            ("paused", "Paused"),
            ("met", "Met"),
            ("missed", "Missed"),
            ("stopped", "No Longer Applies"),
        ],
        required=True,
        default="running",
        index=True,
        readonly=True,
    )
    taken_hours = fields.Float(
        "Taken (h)",
        readonly=True,
        aggregator="avg",
        help="Hours from start to end of a clock that has ended, without pauses.",
    )
    elapsed_hours = fields.Float("Elapsed (h)", compute="_compute_elapsed_hours")
    is_overdue = fields.Boolean(
        "Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )
    reason = fields.Char(help="Why the target was missed.")
    pause_ids = fields.One2many("pm.sla.pause", "clock_id", "Pauses", readonly=True)
    alert_ids = fields.One2many("pm.sla.alert", "clock_id", "Alerts", readonly=True)

    # what figures ask of a clock stands in the index, which they read alone
    _once_per_target = models.UniqueIndex(
        "(res_model, res_id, target_id) INCLUDE (state, deadline)",
        "This document has a clock for this target already.",
    )
    # what the lists and the watch ask for
    _open_deadline = models.Index("(deadline) WHERE state IN ('running', 'paused')")

    # ------------------------------------------------------------------
    # Computed
    # ------------------------------------------------------------------

    @api.depends("target_id", "res_name")
    def _compute_display_name(self):
        for clock in self:
            target = clock.target_id.sudo().name or ""
            clock.display_name = f"{clock.res_name or ''} · {target}"

    @api.depends("res_model", "res_id")
    def _compute_res_name(self):
        for model, clocks in self.grouped("res_model").items():
            ids = [clock.res_id for clock in clocks]
            documents = self.env[model].browse(ids).exists() if model else []
            names = {document.id: document.display_name for document in documents}
            for clock in clocks:
                clock.res_name = names.get(clock.res_id)

    @api.depends("state", "started", "reached", "target_id", "pause_ids.date_to")
    def _compute_elapsed_hours(self):
        now = fields.Datetime.now()
        hours = {
            row["id"]: row["timeline"].elapsed(
                row["started"], row["reached"] or now, row["pauses"]
            )
            for row in self._origin._evaluation_rows()
        }
        for clock in self:
            elapsed = hours.get(clock._origin.id, timedelta())
            clock.elapsed_hours = elapsed / timedelta(hours=1)

    @api.depends("state", "deadline")
    def _compute_is_overdue(self):
        now = fields.Datetime.now()
        for clock in self:
            clock.is_overdue = bool(
                clock.state in OPEN_STATES and clock.deadline and clock.deadline < now
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._domain_overdue()

    @api.model
    def _domain_overdue(self):
        return Domain("state", "in", OPEN_STATES) & Domain(
            "deadline", "<", fields.Datetime.now()
        )

    def write(self, vals):
        """People give the reason; everything else follows from the document."""
        if not self._writes_freely() and vals.keys() - {"reason"}:
            raise AccessError(
                self.env._(
                    "The times of a service level clock follow from its document and "
                    "cannot be edited. Only the reason can be entered."
                )
            )
        return super().write(vals)

    def action_open_document(self):
        """Open the document that the clock belongs to."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }

    # ------------------------------------------------------------------
    # Following the documents
    # ------------------------------------------------------------------

    @api.model
    def _sync(self, documents, policies):
        """Start, pause, resume and end clocks as ``documents`` are now.

        Runs as superuser on documents of one model; policies are those of the model.
        """
        clocks = self._of_documents(documents)
        clocks._follow_begins(documents)
        clocks._reach_and_stop(documents)
        clocks |= self._start_missing(documents, policies, clocks)
        clocks._pause_and_resume(documents)

    @api.model
    def _of_documents(self, documents):
        return self.search(
            [("res_model", "=", documents._name), ("res_id", "in", documents.ids)]
        )

    def _state_at(self, moment):
        """Return the state as the document shows it at ``moment``."""
        if self.state in OPEN_STATES:
            if self.deadline and self.deadline < moment:
                return "overdue"
            if self.warn_at and self.warn_at <= moment:
                return "warning"
        return self.state

    def _open(self):
        return self.filtered(lambda clock: clock.state in OPEN_STATES)

    def _reach_and_stop(self, documents):
        """End the clocks whose document came where its policy wants it."""
        for policy, clocks in self._open().grouped("policy_id").items():
            concerned = clocks._documents_among(documents)
            for target, of_target in clocks.grouped("target_id").items():
                of_target._belonging_to(target._reached_by(concerned))._reach()
            if policy._is_rule(policy.stop_domain):
                stopped = concerned.filtered_domain(
                    policy._read_domain(policy.stop_domain)
                )
                clocks._open()._belonging_to(stopped)._stop()

    def _follow_begins(self, documents):
        """Move the clocks that run to where the time of their target begins now."""
        by_id = {document.id: document for document in documents}
        moved = self.browse()
        for clock in self._open():
            begins = by_id[clock.res_id]._sla_begins(clock.target_id)
            if begins and begins != clock.started:
                clock.started = begins
                moved |= clock
        moved._evaluate()

    def _documents_among(self, documents):
        ids = set(self.mapped("res_id"))
        return documents.filtered(lambda document: document.id in ids)

    def _belonging_to(self, documents):
        ids = set(documents.ids)
        return self.filtered(lambda clock: clock.res_id in ids)

    @api.model
    def _start_missing(self, documents, policies, clocks):
        """Start clocks for documents without, and where another policy fits now.

        A document that never fitted a policy starts when it does. When another policy
        comes to hold for it, the clocks that still run go on under the targets of
        that one, from the same start and with the same pauses; a document that fits
        none any more keeps its clocks.
        """
        by_document = clocks.grouped("res_id")
        wanted = policies._match(documents)
        started = documents._sla_moments()
        vals_list, inherited = [], []
        for document in documents:
            policy = wanted.get(document.id)
            own = by_document.get(document.id, self)
            running = own._open()
            if not policy or (own and not running):
                continue
            if running.policy_id == policy:
                continue
            done = set((own - running).target_id.mapped("code"))
            pauses = running[:1].pause_ids
            begins = min(own.mapped("started"), default=started[document.id])
            running._stop()
            for target in policy._targets_ahead(document):
                if target in own.target_id or (target.code and target.code in done):
                    continue
                vals_list.append(
                    {
                        "target_id": target.id,
                        "res_model": documents._name,
                        "res_id": document.id,
                        "estate_id": document._sla_estate().id,
                        "company_id": document._sla_company().id,
                        "started": document._sla_begins(target) or begins,
                    }
                )
                inherited.append(pauses)
        new = self.create(vals_list)
        self.env["pm.sla.pause"].create(
            [
                {**pause.copy_data()[0], "clock_id": clock.id}
                for clock, pauses in zip(new, inherited, strict=True)
                for pause in pauses
            ]
        )
        new._evaluate()
        return new

    def _pause_and_resume(self, documents):
        for policy, clocks in self._open().grouped("policy_id").items():
            if not policy._is_rule(policy.pause_domain):
                continue
            concerned = clocks._documents_among(documents)
            waiting = concerned.filtered_domain(
                policy._read_domain(policy.pause_domain)
            )
            clocks._belonging_to(waiting)._pause(automatic=True)
            clocks._belonging_to(concerned - waiting)._resume(automatic=True)

    # ------------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------------

    def _pause(self, reason=None, automatic=False):
        """Stop the clocks that run."""
        running = self.filtered(lambda clock: clock.state == "running")
        now = fields.Datetime.now()
        self.env["pm.sla.pause"].create(
            [
                {
                    "clock_id": clock.id,
                    "date_from": max(now, clock.started),
                    "reason": reason,
                    "automatic": automatic,
                }
                for clock in running
            ]
        )
        running.write({"state": "paused"})
        running._evaluate()

    def _resume(self, automatic=False):
        """Let paused clocks run on; ``automatic``: those that the policy paused."""
        paused = self.filtered(lambda clock: clock.state == "paused")
        if automatic:
            paused = paused.filtered(
                lambda clock: clock.pause_ids.filtered(
                    lambda pause: not pause.date_to and pause.automatic
                )
            )
        paused._close_pauses(fields.Datetime.now())
        paused.write({"state": "running"})
        paused._evaluate()

    def _close_pauses(self, moment):
        for pause in self.pause_ids.filtered(lambda pause: not pause.date_to):
            pause.date_to = max(moment, pause.date_from)

    def _reach(self):
        """The target is reached now: met or missed, by the deadline."""
        clocks = self._open()
        if not clocks:
            return
        now = fields.Datetime.now()
        clocks._close_pauses(now)
        clocks._evaluate()
        missed = clocks.filtered(lambda clock: clock.deadline and clock.deadline < now)
        missed._finish("missed", now)
        (clocks - missed)._finish("met", now)

    def _stop(self):
        """The target does not apply any more."""
        now = fields.Datetime.now()
        clocks = self._open()
        clocks._close_pauses(now)
        clocks._finish("stopped", now)

    def _finish(self, state, moment):
        self.write({"state": state, "reached": moment, "escalate_at": False})
        for clock in self:
            clock.taken_hours = clock.elapsed_hours
        # nobody needs to act on what is over
        self.alert_ids.activity_ids.filtered("active").unlink()

    def _reopen(self):
        """Let ended clocks run on; the time since they ended counts as a pause."""
        ended = self.filtered(lambda clock: clock.state in ("met", "missed"))
        now = fields.Datetime.now()
        self.env["pm.sla.pause"].create(
            [
                {
                    "clock_id": clock.id,
                    "date_from": clock.reached,
                    "date_to": now,
                    "reason": self.env._("Reopened"),
                }
                for clock in ended
            ]
        )
        ended.write({"state": "running", "reached": False, "taken_hours": 0})
        ended._evaluate()
