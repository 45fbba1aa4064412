from odoo import api, fields, models
from odoo.fields import Domain

OPEN = Domain("state", "in", ("running", "paused"))
# of several clocks, the first of these states speaks for the document
STATES = ("overdue", "warning", "paused", "running", "missed", "met", "none")


class PmSlaMixin(models.AbstractModel):
    """A document whose steps are promised within a time.

    Inherit it beside ``mail.thread`` and ``mail.activity.mixin``; policies, targets
    and escalation are then set by administrators. Clocks follow the document: each
    ``create`` and ``write`` starts, pauses, resumes and ends them by the conditions
    of its policy. Conditions should therefore name fields that are written on the
    document itself. A program can also report a target by its code.

    The estate comes from ``estate_id`` and the company from ``company_id``; override
    :meth:`_sla_estate`, :meth:`_sla_company`, :meth:`_sla_moments` and
    :meth:`_sla_begins` where a document knows better.
    """

    _name = "pm.sla.mixin"
    _description = "Has Service Levels"

    sla_clock_ids = fields.One2many(
        "pm.sla.clock",
        "res_id",
        "Service Levels",
        bypass_search_access=True,
        readonly=True,
        copy=False,
        groups="pm_core.group_pm_user",
    )
    sla_state = fields.Selection(
        [
            ("overdue", "Overdue"),
            ("warning", "Due Soon"),
            ("paused", "Paused"),
            ("running", "In Time"),
            ("missed", "Missed"),
            ("met", "Met"),
            ("none", "No Target"),
        ],
        "Service Level",
        compute="_compute_sla",
        search="_search_sla_state",
        compute_sudo=True,
        groups="pm_core.group_pm_user",
    )
    sla_deadline = fields.Datetime(
        "Next Deadline",
        compute="_compute_sla",
        compute_sudo=True,
        groups="pm_core.group_pm_user",
    )

    @api.depends(
        "sla_clock_ids.state", "sla_clock_ids.deadline", "sla_clock_ids.warn_at"
    )
    def _compute_sla(self):
        now = fields.Datetime.now()
        for document in self:
            clocks = document.sla_clock_ids
            states = {clock._state_at(now) for clock in clocks} or {"none"}
            document.sla_state = next(
                (state for state in STATES if state in states), "none"
            )
            deadlines = clocks._open().filtered("deadline").mapped("deadline")
            document.sla_deadline = min(deadlines, default=False)

    def _search_sla_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = fields.Datetime.now()
        overdue = OPEN & Domain("deadline", "<", now)
        warning = OPEN & Domain("warn_at", "<=", now)
        state = {
            "overdue": overdue,
            "warning": warning,
            **{
                name: Domain("state", "=", name)
                for name in ("paused", "running", "missed", "met")
            },
        }
        found, before = Domain.FALSE, Domain.TRUE
        for name in STATES[:-1]:
            this = Domain("sla_clock_ids", "any", state[name])
            if name in value:
                found |= before & this
            before &= ~this
        if "none" in value or False in value:
            found |= before
        return found

    @api.model_create_multi
    def create(self, vals_list):
        documents = super().create(vals_list)
        documents._sla_sync()
        return documents

    def write(self, vals):
        result = super().write(vals)
        # a step that writes several times looks at its clocks once, at its end
        if not self._in_step("pm_sla_later"):
            self._sla_sync()
        return result

    def unlink(self):
        clocks = self.env["pm.sla.clock"].sudo()._of_documents(self)
        result = super().unlink()
        clocks.unlink()
        return result

    def _sla_sync(self):
        """Bring the clocks in line with the documents."""
        documents = self.sudo()._as_step().with_context(active_test=False)
        policies = documents.env["pm.sla.policy"]._of_model(self._name)
        if policies and documents:
            documents.env["pm.sla.clock"]._sync(documents, policies)

    # what programs may call; conditions of the policy do the same

    def _sla_start(self):
        """Start clocks where a policy fits and none run yet."""
        self._sla_sync()

    def _sla_pause(self, reason=None):
        """Stop the clocks until :meth:`_sla_resume`, whatever the policy says."""
        self.sudo()._as_step()._sla_clocks()._pause(reason)

    def _sla_resume(self):
        """Let stopped clocks run on."""
        self.sudo()._as_step()._sla_clocks()._resume()

    def _sla_reach(self, code):
        """The target with this code is reached now."""
        self.sudo()._as_step()._sla_clocks(code)._reach()

    def _sla_reopen(self, *codes):
        """Let ended clocks run on; the time in between does not count."""
        self.sudo()._as_step()._sla_clocks(*codes)._reopen()

    def _sla_clocks(self, *codes):
        clocks = self.env["pm.sla.clock"]._of_documents(self)
        return clocks.filtered(lambda clock: not codes or clock.target_id.code in codes)

    # what a document may know better

    def _sla_estate(self):
        """Return the estate whose working hours and people count."""
        if "estate_id" in self._fields:
            return self.estate_id
        return self.env["pm.property"]

    def _sla_company(self):
        company = self.company_id if "company_id" in self._fields else None
        return company or self.env.company

    def _sla_moments(self):
        """Return {id: moment} from which the time of each document runs."""
        return dict.fromkeys(self.ids, fields.Datetime.now())

    def _sla_begins(self, target):
        """Return the moment from which the time of this target runs, if it has one of
        its own: an appointment. It may move; clocks that run move with it.
        """
        return None
