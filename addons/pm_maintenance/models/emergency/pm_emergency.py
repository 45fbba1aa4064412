from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

STATES = [
    ("running", "Going On"),
    ("over", "Over, to Be Reviewed"),
    ("closed", "Closed"),
    ("false_alarm", "False Alarm"),
]
# what is written down about it, until it is closed
REPORT = ("running", "over")


class PmEmergency(models.Model):
    """One emergency, or one drill of it: from the alarm to what was learnt.

    It starts with the plan (``action_activate``): steps, calls and agencies are
    copied, so that the record stays what it was when the plan changes. What happens
    is written by steps only and leaves a line of the log, with time and person. The
    files beside have calling, measures, closing, and the page of the web client.
    """

    _name = "pm.emergency"
    _description = "Emergency"
    _inherit = [
        "pm.estate.mixin",
        "pm.state.mixin",
        "pm.cron.mixin",
        "pm.event.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "started_at desc, id desc"
    _mail_post_access = "read"
    _user_columns = dict.fromkeys(
        (
            "cause",
            "harm",
            "people_harmed",
            "went_well",
            "went_badly",
            "no_action_reason",
            "participant_ids",
            "resident_count",
        ),
        REPORT,
    )

    name = fields.Char("Number", readonly=True, copy=False, index="trigram")
    plan_id = fields.Many2one(
        "pm.emergency.plan",
        "Emergency Plan",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    type_id = fields.Many2one(
        "pm.emergency.type",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    property_id = fields.Many2one(string="Place", readonly=True)
    is_drill = fields.Boolean("Drill", readonly=True, index=True)
    drill_id = fields.Many2one(
        "pm.emergency.drill",
        "Planned Drill",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        default="running",
        copy=False,
        index=True,
        tracking=True,
    )
    turn = fields.Integer(
        readonly=True,
        copy=False,
        aggregator=None,
        help="How manieth of its type at the estate: two who raise the alarm at the "
        "same moment want the same number, so that one of them joins the other.",
    )
    note = fields.Text("What Has Happened", readonly=True)
    started_at = fields.Datetime("Alarm at", required=True, readonly=True, index=True)
    started_by_id = fields.Many2one(
        "res.users", "Raised by", required=True, readonly=True
    )
    over_at = fields.Datetime("Under Control at", readonly=True)
    over_by_id = fields.Many2one("res.users", "Ended by", readonly=True)
    closed_at = fields.Datetime(readonly=True)
    closed_by_id = fields.Many2one("res.users", "Closed by", readonly=True)
    minutes = fields.Integer(
        "Length (Minutes)", compute="_compute_minutes", store=True, aggregator="avg"
    )
    step_ids = fields.One2many("pm.emergency.step", "emergency_id", "Steps")
    call_ids = fields.One2many("pm.emergency.call", "emergency_id", "Called")
    agency_ids = fields.One2many(
        "pm.emergency.agency", "emergency_id", "Agencies outside"
    )
    log_ids = fields.One2many("pm.emergency.log", "emergency_id")
    action_ids = fields.One2many("pm.emergency.action", "emergency_id", "What Follows")
    order_ids = fields.One2many(
        "maintenance.request", "emergency_id", "Work Orders", readonly=True
    )
    pm_notice_ids = fields.One2many(
        "pm.notice", "emergency_id", "Notices to Residents", readonly=True
    )
    step_count = fields.Integer(
        "Steps of the Plan", compute="_compute_steps", store=True
    )
    done_count = fields.Integer("Steps Done", compute="_compute_steps", store=True)
    late_count = fields.Integer(
        "Late or Not Done",
        compute="_compute_steps",
        store=True,
        help="Steps with a target that were done after it, or not at all.",
    )
    score = fields.Float(
        "In Time (%)",
        compute="_compute_steps",
        store=True,
        digits=(5, 1),
        aggregator="avg",
        help="Of the steps that have a target, those that were done within it.",
    )
    is_untold = fields.Boolean(
        "Nobody Answers",
        readonly=True,
        help="Everybody on duty on the call tree was told, and somebody is still to "
        "answer: call yourself.",
    )
    cause = fields.Text()
    harm = fields.Text("Harm Done", help="To people, to property, to the environment.")
    people_harmed = fields.Integer()
    went_well = fields.Text("What Went Well")
    went_badly = fields.Text("What Went Badly")
    no_action_reason = fields.Char(
        "Why Nothing Follows", help="Needed where no action is entered."
    )
    false_reason = fields.Char("Why It Was a False Alarm", readonly=True)
    participant_ids = fields.Many2many(
        "hr.employee",
        "pm_emergency_participant_rel",
        "emergency_id",
        "employee_id",
        "Took Part",
        help="Those who answered the call, and whoever else took part.",
    )
    resident_count = fields.Integer("Residents Who Took Part")
    session_id = fields.Many2one(
        "pm.training.session",
        "Recorded as Training",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    _running_once = models.UniqueIndex(
        "(property_id, type_id, is_drill) WHERE state = 'running'",
        "An emergency of this type is running at this place already.",
    )
    _turn_once = models.UniqueIndex(
        "(estate_id, type_id, turn)", "Somebody raised the same alarm just now."
    )
    _name_once = models.UniqueIndex(
        "(company_id, name) WHERE name IS NOT NULL", "This number is taken."
    )
    _people_positive = models.Constraint(
        "CHECK (people_harmed >= 0 AND resident_count >= 0)",
        "People are counted from 0.",
    )

    @api.depends("name", "type_id", "property_id", "is_drill")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for emergency in self:
            place = emergency.property_id.sudo().display_name
            words = filter(None, (emergency.name, emergency.type_id.name, place))
            emergency.display_name = emergency._marked(" ".join(words))

    @api.depends("started_at", "over_at")
    def _compute_minutes(self):
        for emergency in self:
            emergency.minutes = (
                (emergency.over_at - emergency.started_at).total_seconds() // 60
                if emergency.over_at
                else 0
            )

    @api.depends("state", "step_ids.state", "step_ids.is_late")
    def _compute_steps(self):
        for emergency in self:
            steps = emergency.step_ids
            measured = steps.filtered(lambda step: step.target_minutes)
            late = measured.filtered(lambda step: step.state != "done" or step.is_late)
            emergency.step_count = len(steps)
            emergency.done_count = len(steps.filtered(lambda s: s.state == "done"))
            # while it runs, what is not done yet is not late for that
            running = emergency.state == "running"
            emergency.late_count = len(late.filtered("is_late") if running else late)
            emergency.score = (
                100 * (1 - len(late) / len(measured)) if measured and not running else 0
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(
            self.env._(
                "%s stays on file, as every emergency and drill does.",
                self[:1].display_name,
            )
        )

    def _marked(self, text):
        """A text that cannot be taken for an emergency when it is a drill."""
        if self.is_drill:
            return self.env._("[DRILL] %s", text)
        return text

    def _event_number(self):
        """Nobody outside takes a drill for an emergency."""
        return self._marked(super()._event_number())

    def _quietly(self):
        """Activities without the mail that Odoo sends about each.

        Who is called is told by ways that are counted, and a drill sends nothing.
        """
        return self.with_context(mail_activity_quick_update=True)

    @api.model
    def _running_at(self, place, type_, is_drill):
        """What runs of this type at this place, around it or within it."""
        return self.search(
            Domain("state", "=", "running")
            & Domain("type_id", "=", type_.id)
            & Domain("is_drill", "=", is_drill)
            & (
                Domain("property_id", "parent_of", place.id)
                | Domain("property_id", "child_of", place.id)
            ),
            limit=1,
            order="started_at, id",
        )

    def _begin(self, user):
        """What follows the alarm in the same moment: log, calls, orders, notices."""
        self._log("start", self.note or self.type_id.name, user)
        if self.plan_id.state != "in_force":
            self._log(
                "note", self.env._("The plan is not approved: it was followed anyhow.")
            )
        if self.drill_id:
            self.drill_id._as_step().write({"emergency_id": self.id})
        self._start_calling()
        self._take_measures()
        self._tell_clients("start")
        self._raise_event("emergency.start", self.note)

    def _join(self, user, place, note):
        """Somebody else raised the same alarm: it is written down, and no more."""
        words = [self.env._("The alarm was raised again")]
        if place != self.property_id:
            words.append(place.display_name)
        if note:
            words.append(note)
        self._log("join", " · ".join(words), user)

    def _log(self, kind, text, user=None):
        """A line of the timed log; the only way to write one."""
        self.ensure_one()
        return (
            self.env["pm.emergency.log"]
            .sudo()
            ._as_step()
            .create(
                {
                    "emergency_id": self.id,
                    "kind": kind,
                    "text": text,
                    "at": fields.Datetime.now(),
                    "user_id": (user or self.env.user).id,
                }
            )
        )

    def _tell_clients(self, what):
        """Open web clients of the staff of the estate show it without being asked."""
        self.ensure_one()
        group = self.env.ref("pm_core.group_pm_user").sudo()
        staff = group.all_user_ids.filtered(
            lambda user: (
                user.active and not user.share and user._pm_sees(self.estate_id)
            )
        )
        for lang, users in staff.grouped("lang").items():
            emergency = self.with_context(lang=lang)
            message = {
                "what": what,
                "id": self.id,
                "name": emergency.display_name,
                "is_drill": self.is_drill,
                "by": self.env.uid,
            }
            users.partner_id._bus_send("pm_emergency", message)
