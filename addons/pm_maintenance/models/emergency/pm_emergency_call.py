import secrets

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..orders.maintenance_request_steps import DISPATCHER
from .pm_emergency_message import INSIDE

# asked, and may still answer
ASKED = ("told", "silent", "unreachable")


class PmEmergencyCall(models.Model):
    """One person who is called in an emergency: when, by which ways, with what answer.

    A row for each person and emergency, unique in the database: nobody is told twice,
    whatever runs twice or is begun again.
    """

    _name = "pm.emergency.call"
    _description = "Person Called"
    _inherit = ["pm.part.mixin"]
    _whole = "emergency_id"
    _order = "emergency_id, sequence, id"
    _rec_name = "employee_id"

    emergency_id = fields.Many2one(
        "pm.emergency", required=True, readonly=True, index=True, ondelete="cascade"
    )
    plan_call_id = fields.Many2one(
        "pm.emergency.plan.call", readonly=True, ondelete="set null"
    )
    sequence = fields.Integer(readonly=True)
    mode = fields.Char(readonly=True)
    role = fields.Char("Called as", readonly=True)
    employee_id = fields.Many2one(
        "hr.employee", "Person", required=True, readonly=True, ondelete="restrict"
    )
    user_id = fields.Many2one("res.users", "Login", readonly=True)
    state = fields.Selection(
        [
            ("waiting", "Not Told Yet"),
            ("told", "Told"),
            ("answered", "Comes"),
            ("declined", "Cannot Come"),
            ("silent", "Does Not Answer"),
            ("unreachable", "Cannot Be Reached"),
            ("off_duty", "Off Duty Now"),
        ],
        required=True,
        readonly=True,
        default="waiting",
        index=True,
    )
    told_at = fields.Datetime(readonly=True)
    deadline = fields.Datetime("Answer by", readonly=True)
    answered_at = fields.Datetime(readonly=True)
    answered_by_id = fields.Many2one("res.users", "Noted by", readonly=True)
    is_followed = fields.Boolean(
        "Next One Asked",
        readonly=True,
        help="Somebody else was asked because this person did not come.",
    )
    access_token = fields.Char(copy=False, groups="base.group_system")
    message_ids = fields.One2many("pm.emergency.message", "call_id", "Messages")
    problem = fields.Char("What Did Not Arrive", compute="_compute_problem")

    _person_once = models.UniqueIndex(
        "(emergency_id, employee_id)", "This person is on the list already."
    )
    _token_once = models.UniqueIndex(
        "(access_token) WHERE access_token IS NOT NULL", "This link is taken."
    )

    @api.depends("message_ids.state", "message_ids.error")
    @api.depends_context("lang")
    def _compute_problem(self):
        """What failed; and what is not on file only where nothing else is either."""
        for call in self:
            failed = call.message_ids.filtered(
                lambda one: one.state == "failed" and one.channel not in INSIDE
            )
            broken = failed.filtered(lambda one: not one.problem.startswith("no_"))
            others = call.message_ids.filtered(lambda one: one.channel not in INSIDE)
            shown = broken or (failed if failed == others else failed.browse())
            call.problem = "; ".join(shown.mapped("error"))

    def action_answer(self):
        """The person comes; or somebody notes that they said so by radio.

        :raises AccessError: another person's answer, and the user does not lead
        """
        self._check_answering()
        self._answer("answered")

    def action_decline(self):
        """The person cannot come: the next one is asked at once."""
        self._check_answering()
        self._answer("declined")

    def _check_answering(self):
        for call in self:
            call.emergency_id.check_access("read")
            user = self.env.user
            own = call.sudo().user_id == user
            if not (self.env.su or own or user.has_group(DISPATCHER)):
                raise AccessError(
                    self.env._(
                        "%s answers for themselves; a dispatcher or manager notes an "
                        "answer by radio.",
                        call.sudo().employee_id.name,
                    )
                )

    def _answer(self, state, by=None):
        """Note an answer, once; a late one counts too.

        :raises UserError: the emergency is over
        """
        for call in self.sudo():
            emergency = call.emergency_id
            if emergency.state != "running":
                raise UserError(
                    self.env._("%s is over. Thank you.", emergency.display_name)
                )
            if call.state == state:
                continue
            call._as_step().write(
                {
                    "state": state,
                    "answered_at": fields.Datetime.now(),
                    "answered_by_id": (by or self.env.user).id,
                }
            )
            words = {
                "answered": self.env._("%s comes", call.employee_id.name),
                "declined": self.env._("%s cannot come", call.employee_id.name),
            }
            emergency._log(state, words[state], by)
            emergency._done_being_asked(call)
            if state == "declined":
                emergency._follow(call)

    def _link(self):
        """Where this person, and nobody else, answers without a login."""
        base = self.emergency_id.get_base_url()
        return f"{base}/emergency/call/{self.sudo().access_token}"

    def _tell(self, now):
        """Tell these people by every way there is; each once.

        What leaves the house goes into queues, so that the alarm does not wait for a
        gateway. A drill is told within the house only.
        """
        Message = self.env["pm.emergency.message"].sudo()._as_step()
        for call in self.sudo():
            emergency = call.emergency_id
            minutes = emergency.plan_id.ack_minutes
            call._as_step().write(
                {
                    "state": "told",
                    "told_at": now,
                    "deadline": fields.Datetime.add(now, minutes=minutes),
                    "access_token": secrets.token_urlsafe(24),
                }
            )
            emergency._log(
                "told",
                " · ".join(filter(None, (call.employee_id.name, call.role))),
            )
            Message.create(
                [
                    {"call_id": call.id, "channel": channel}
                    for channel in Message._channels(emergency.is_drill)
                ]
            ).with_env(self.sudo().env)._prepare()

    def _can_be_reached(self):
        """Whether a message may have reached this person.

        Where nothing leaves the house (a drill, no number on file) what stands in the
        program counts; where a gateway is down it does not: nobody looks there at
        night.
        """
        outside = self.message_ids.filtered(
            lambda one: (
                one.channel not in INSIDE and not (one.problem or "").startswith("no_")
            )
        )
        return any(one.state != "failed" for one in outside or self.message_ids)

    def _board_row(self):
        """What the page shows of it."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        employee = self.employee_id
        return {
            "id": self.id,
            "name": employee.name,
            "role": self.role or "",
            "state": self.state,
            "label": labels[self.state],
            "phone": employee.mobile_phone or employee.work_phone or "",
            "problem": self.problem or "",
            "told_at": self.told_at and fields.Datetime.to_string(self.told_at),
            "is_mine": self.user_id == self.env.user,
        }
