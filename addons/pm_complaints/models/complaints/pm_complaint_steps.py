from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.i18n import format_list

from .pm_complaint import LEVELS, OPEN, WORKING

SERVICE = "pm_core.group_pm_service"
MANAGER = "pm_core.group_pm_estate_manager"


class PmComplaint(models.Model):
    """The steps from acceptance to verification.

    Each checks the role, the estate and the state, writes as superuser, and leaves
    who took it (``pm.complaint.step``).
    """

    _inherit = "pm.complaint"

    # who may take a step

    def _check_desk(self):
        """:raises AccessError: the user is no customer service of the estate"""
        if not (self.env.su or self.env.user.has_group(SERVICE)):
            raise AccessError(
                self.env._(
                    "%s is handled by customer service and managers of its estate.",
                    self.sudo()[:1].number,
                )
            )
        self.check_access("write")

    def _check_handler(self):
        """:raises AccessError: neither who handles it nor a manager of the estate"""
        user = self.env.user
        if self.env.su:
            return
        if not (user.has_group(SERVICE) or user in self.sudo().user_id):
            self._check_desk()
        self.check_access("write")
        for complaint in self:
            if not (
                complaint.user_id == user
                or user.has_group(MANAGER)
                or not complaint.user_id
            ):
                raise AccessError(
                    self.env._(
                        "%(complaint)s is handled by %(who)s. Ask them, or a manager "
                        "of the estate.",
                        complaint=complaint.number,
                        who=complaint.user_id.name,
                    )
                )

    def _need(self, value, what):
        """:raises UserError: a step lacks what it needs"""
        if not (value or "").strip():
            raise UserError(
                self.env._(
                    "%(complaint)s: enter %(what)s.",
                    complaint=self.display_name,
                    what=what,
                )
            )

    def _take_step(self, step, state=None, note=None, **values):
        """Write what a step changes, and leave who took it and when."""
        if state:
            values["state"] = state
        self.sudo()._as_step().write(values)
        self.sudo()._log_step(step, note)

    def _log_step(self, step, note=None):
        self.env["pm.complaint.step"]._as_step().create(
            [
                {
                    "complaint_id": complaint.id,
                    "step": step,
                    "state": complaint.state,
                    "user_id": self.env.uid,
                    "handler_id": complaint.user_id.id,
                    "at": fields.Datetime.now(),
                    "note": note,
                }
                for complaint in self
            ]
        )
        self._raise_event(f"complaint.{step}", note)

    # accepting

    def action_accept(self):
        """We have it: the customer is told at once, by the way it came, and the
        rules say who handles it."""
        self._check_desk()
        self._check_in_state("new")
        self._accept()

    def _accept(self):
        self._take_step("accept", "accepted", accepted_at=fields.Datetime.now())
        self._tell_customer("accept")
        self._assign_by_rules()

    # investigating

    def action_investigate(self, findings=None, heard=None):
        """Look into it; what was found and who was heard may be entered later.

        :param findings: what was found, added to what stands there
        :param heard: whom we asked and what they said, added likewise
        """
        self._check_handler()
        self._check_in_state(
            "accepted", "assigned", "investigating", "replied", "rectifying"
        )
        for complaint in self:
            values = {
                name: "\n".join(filter(None, (complaint[name], text.strip())))
                for name, text in (("findings", findings), ("heard", heard))
                if isinstance(text, str) and text.strip()
            }
            state = complaint.state
            if state in ("accepted", "assigned"):
                state = "investigating"
            if not complaint.user_id and not self.env.su:
                values["user_id"] = self.env.uid
            complaint._take_step("investigate", state, **values)

    # putting right

    def action_rectify(self, measure=None, responsible_id=None, date_due=None):
        """Put it right: a measure with who does it and until when.

        :param measure: what is done; without it, measures that are entered begin
        :param responsible_id: id of the user who does it; who handles the complaint
        :param date_due: day until when; a week from now
        :raises UserError: no measure
        """
        self._check_handler()
        self._check_in_state(
            "accepted", "assigned", "investigating", "replied", "rectifying", "verified"
        )
        for complaint in self:
            if measure:
                complaint._add_measure(measure, responsible_id, date_due)
            if not complaint.rectification_ids._standing():
                raise UserError(
                    self.env._(
                        "%s: enter the measure that puts it right.",
                        complaint.display_name,
                    )
                )
            complaint._take_step("rectify", "rectifying", note=measure)

    def _add_measure(self, measure, responsible_id=None, date_due=None, **values):
        return (
            self.env["pm.rectification"]
            .with_env(self.env)
            .create(
                {
                    "complaint_id": self.id,
                    "name": measure,
                    "user_id": responsible_id or self.user_id.id or self.env.uid,
                    "date_due": date_due or fields.Date.add(self._today(), days=7),
                    **values,
                }
            )
        )

    def action_verify(self):
        """What was promised is done, as somebody else has seen.

        :raises UserError: naming the measures that are not verified
        """
        self._check_handler()
        self._check_in_state("investigating", "replied", "rectifying")
        for complaint in self:
            complaint._check_measures()
        self._take_step("verify", "verified", verified_at=fields.Datetime.now())
        self._ask_how_it_was()

    def _check_measures(self):
        left = (
            self.sudo()
            .rectification_ids._standing()
            .filtered(lambda measure: measure.state != "verified")
        )
        if left:
            raise UserError(
                self.env._(
                    "%(complaint)s: these measures are not verified by somebody else "
                    "yet: %(measures)s.",
                    complaint=self.display_name,
                    measures=format_list(self.env, left.mapped("name")),
                )
            )

    # waiting, urging, escalating

    def action_wait(self, what=None):
        """We cannot go on without the customer: only then the times stand still.

        :param what: what we need of them
        """
        self._check_handler()
        self._check_in_state(*WORKING)
        for complaint in self:
            complaint._need(what, self.env._("what the customer has to give or say"))
            complaint._take_step("wait", note=what, is_waiting=True, waiting_for=what)
            complaint._tell_customer("wait", what)

    def action_go_on(self):
        """The customer has answered, or we go on without."""
        self._check_handler()
        self._check_in_state(*WORKING)
        self._go_on()

    def _go_on(self):
        waiting = self.filtered("is_waiting")
        if waiting:
            waiting._take_step("go_on", is_waiting=False, waiting_for=False)

    def action_urge(self):
        """The customer asks how far we are."""
        self._check_desk()
        self._check_in_state(*OPEN)
        self._urge()

    def _urge(self):
        """Whoever handles it is told, once a day at most."""
        for complaint in self:
            complaint._take_step("urge", urge_count=complaint.sudo().urge_count + 1)
            complaint._ask_handlers("urged")

    def _urge_by_customer(self):
        """Once an hour is enough: who handles it has been told.

        :raises UserError: urged just now
        """
        case = self.sudo()._that_is_open()
        last = case.step_ids.filtered(lambda step: step.step == "urge")[-1:]
        hour = fields.Datetime.subtract(fields.Datetime.now(), hours=1)
        if last and last.at > hour:
            raise UserError(
                self.env._("We have told whoever is responsible, within this hour.")
            )
        case._urge()

    def action_escalate(self, reason=None):
        """Hand it one level up, with a reason.

        :raises UserError: no reason, or it is with the company already
        """
        self._check_desk()
        self._check_in_state(*OPEN)
        for complaint in self:
            complaint._need(reason, self.env._("why it goes up"))
            if complaint.level == LEVELS[-1][0]:
                raise UserError(
                    self.env._(
                        "%s is with the company already: there is no level above.",
                        complaint.display_name,
                    )
                )
            complaint._escalate(reason)

    def _escalate(self, reason, to=None):
        """One level up, or to a level; whoever is there is asked."""
        names = [name for name, _label in LEVELS]
        for complaint in self.sudo():
            now = names.index(complaint.level)
            then = names.index(to) if to else min(now + 1, len(names) - 1)
            if then <= now and to:
                continue
            complaint.with_env(self.env)._take_step(
                "escalate", note=reason, level=names[then]
            )
            complaint.with_env(self.env)._ask_handlers("escalated", reason)
