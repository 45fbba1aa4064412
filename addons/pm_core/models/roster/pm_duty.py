from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...engine.roster import span

# A duty in one of these states takes the person's time and mans the post.
MANNING_STATES = ("planned", "confirmed", "done")
# What makes a generated duty one of its own, kept when the roster is made again.
OWN_FIELDS = {"employee_id", "post_id", "shift_id", "date", "start", "stop"}


class PmDuty(models.Model):
    """One person at one post for one shift.

    ``date`` is the local day on which the shift begins; ``start`` and ``stop`` are
    moments, from the shift's hours on the clock of the estate.
    """

    _name = "pm.duty"
    _description = "Duty"
    _inherit = ["pm.estate.mixin"]
    _order = "start, post_id, id"
    _check_company_auto = True
    # what is added to a roster by hand says to which
    _user_columns = {"roster_id": ("planned",)}

    employee_id = fields.Many2one(
        "hr.employee",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    post_id = fields.Many2one(
        "pm.duty.post",
        required=True,
        check_company=True,
        ondelete="restrict",
        context={"show_estate": True},
    )
    property_id = fields.Many2one(
        related="post_id.property_id", store=True, precompute=True, required=False
    )
    job_id = fields.Many2one(related="post_id.job_id", store=True, precompute=True)
    shift_id = fields.Many2one("pm.duty.shift", required=True, ondelete="restrict")
    date = fields.Date(
        required=True,
        index=True,
        default=fields.Date.context_today,
        help="The day on which the shift begins.",
    )
    start = fields.Datetime(
        "Begins",
        compute="_compute_times",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        index=True,
    )
    stop = fields.Datetime(
        "Ends",
        compute="_compute_times",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    hours = fields.Float(compute="_compute_hours", store=True, precompute=True)
    state = fields.Selection(
        [
            ("planned", "Rostered"),
            ("confirmed", "Confirmed"),
            ("done", "Done"),
            ("absent", "Absent"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="planned",
        copy=False,
        index=True,
    )
    note = fields.Char()
    roster_id = fields.Many2one(
        "pm.duty.roster", index="btree_not_null", ondelete="set null", readonly=True
    )
    member_id = fields.Many2one(
        "pm.duty.roster.member",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        readonly=True,
    )
    slot_date = fields.Date(
        copy=False,
        readonly=True,
        help="The day for which the pattern made this duty.",
    )
    is_changed = fields.Boolean(
        "Changed by Hand",
        copy=False,
        readonly=True,
        help="Kept when the roster is made again.",
    )
    is_published = fields.Boolean(
        compute="_compute_is_published",
        search="_search_is_published",
        help="In a published roster, or planned without one.",
    )
    is_mine = fields.Boolean(compute="_compute_is_mine", search="_search_is_mine")
    is_now = fields.Boolean(
        "On Duty Now", compute="_compute_is_now", search="_search_is_now"
    )
    can_swap = fields.Boolean(compute="_compute_can_swap")

    # ranges of one number, so that the extension btree_gist is not needed;
    # deferred, so that the constraint below speaks first and two may trade posts
    _times_in_order = models.Constraint(
        "CHECK (stop > start)", "A duty ends after it begins."
    )
    _slot_once = models.UniqueIndex(
        "(member_id, slot_date) WHERE member_id IS NOT NULL",
        "The duty of this member and day exists already.",
    )
    _post_day = models.Index("(post_id, date, shift_id)")

    @api.depends("date", "shift_id", "post_id")
    def _compute_times(self):
        """By the hours that the shift has now; later changes of it move nothing."""
        for duty in self:
            if not (duty.date and duty.shift_id and duty.post_id):
                duty.start = duty.start
                duty.stop = duty.stop
                continue
            zone = duty.post_id.estate_id._zone()
            duty.start, duty.stop = span(
                duty.date, duty.shift_id.hour_from, duty.shift_id.hours, zone
            )

    @api.depends("start", "stop")
    def _compute_hours(self):
        for duty in self:
            duty.hours = (
                (duty.stop - duty.start).total_seconds() / 3600
                if duty.start and duty.stop
                else 0.0
            )

    @api.depends("roster_id.state")
    def _compute_is_published(self):
        for duty in self:
            duty.is_published = duty.roster_id.sudo().state != "draft"

    def _search_is_published(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("roster_id", "=", False) | Domain(
            "roster_id.state", "=", "published"
        )

    @api.depends("employee_id.user_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        for duty in self:
            duty.is_mine = duty.employee_id.sudo().user_id == self.env.user

    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("employee_id.user_id", "=", self.env.uid)

    def _compute_is_now(self):
        now = fields.Datetime.now()
        for duty in self:
            duty.is_now = duty.state in MANNING_STATES and duty.start <= now < duty.stop

    def _search_is_now(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._domain_on_duty(fields.Datetime.now())

    @api.depends_context("uid")
    def _compute_can_swap(self):
        now = fields.Datetime.now()
        for duty in self:
            duty.can_swap = bool(
                duty.is_mine
                and duty.state in ("planned", "confirmed")
                and duty.start
                and duty.start > now
            )

    @api.model_create_multi
    def create(self, vals_list):
        if not self._in_step("pm_roster_generating"):
            # a duty with a slot is made anew with its pattern; what people add has
            # none, and stays theirs
            vals_list = [
                {**vals, "is_changed": True, "member_id": False, "slot_date": False}
                for vals in vals_list
            ]
        return super().create(vals_list)

    def write(self, vals):
        if OWN_FIELDS & vals.keys() and "is_changed" not in vals:
            vals = {**vals, "is_changed": True}
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_worked(self):
        for duty in self:
            if duty.state in ("done", "absent"):
                raise UserError(
                    self.env._(
                        "%s is over and stays on record. Cancel it if it was planned "
                        "by mistake.",
                        duty.display_name,
                    )
                )

    def action_confirm(self):
        """The person will come, or has come."""
        self._move(("planned", "absent"), "confirmed")

    def action_absent(self):
        """The person did not come; the post needs somebody else."""
        self._move(("planned", "confirmed", "done"), "absent")

    def action_cancel(self):
        """Planned no more; making the roster again does not bring it back."""
        self._move(("planned", "confirmed", "absent", "done"), "cancelled")

    def action_plan(self):
        """Back to what was planned."""
        self._move(("confirmed", "absent", "cancelled", "done"), "planned")

    def action_request_swap(self):
        """Open the form in which the person asks a colleague to take over."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask for a Swap"),
            "res_model": "pm.duty.swap",
            "view_mode": "form",
            "views": [(self.env.ref("pm_core.pm_duty_swap_view_form_new").id, "form")],
            "target": "new",
            # the name of the duty says its day again
            "context": {"default_duty_id": self.id, "pm_duty_name": "when"},
        }

    def _move(self, sources, target):
        labels = dict(self._fields["state"]._description_selection(self.env))
        for duty in self:
            if duty.state not in sources:
                raise UserError(
                    self.env._(
                        "%(duty)s is %(state)s: it cannot become %(target)s.",
                        duty=duty.display_name,
                        state=labels[duty.state],
                        target=labels[target],
                    )
                )
        self._as_step().write({"state": target})

    def _is_untouched(self):
        """Whether making the roster again may remove it."""
        return self.state == "planned" and not self.is_changed

    @api.model
    def _domain_on_duty(self, at, until=None):
        """Duties that man a post at that moment, or sometime from it to ``until``."""
        return (
            Domain("start", "<=", until or at)
            & Domain("stop", ">", at)
            & Domain("state", "in", MANNING_STATES)
            & self._search_is_published("in", {True})
        )

    @api.model
    def _on_duty(self, place, at=None, job=None):
        """Return the employees on duty; what dispatch and emergencies ask.

        Answers for the business, whoever asks: runs as superuser.

        :param place: ``pm.property``: an estate, or a node of it, for which those at
            posts in it and around it are asked first, and the whole estate where
            there is none
        :param at: moment in UTC, now by default
        :param job: ``hr.job`` that the post is for; anybody by default
        """
        domain = self._domain_on_duty(at or fields.Datetime.now())
        domain &= Domain("estate_id", "=", place.estate_id.id)
        if job:
            domain &= Domain("job_id", "in", job.ids)
        duties = self.sudo().search(domain)
        return duties._near(place).employee_id.with_env(self.env)

    def _near(self, place):
        """Those of these duties of one estate that are at posts in ``place`` or around
        it; all of them where there is none.
        """
        if place.kind == "estate":
            return self
        path = place.parent_path

        def is_near(duty):
            post = duty.property_id.parent_path
            return bool(post) and (path.startswith(post) or post.startswith(path))

        return self.filtered(is_near) or self

    @api.model
    def _cron_finish(self):
        """Duties that are over were worked, unless somebody said otherwise."""
        over = (
            Domain("state", "in", ("planned", "confirmed"))
            & Domain("stop", "<=", fields.Datetime.now())
            & self._search_is_published("in", {True})
        )
        done = self.search(over, limit=5000).try_lock_for_update().filtered_domain(over)
        done.write({"state": "done"})
        self.env["ir.cron"]._commit_progress(
            len(done), remaining=self.search_count(over) if done else 0
        )
