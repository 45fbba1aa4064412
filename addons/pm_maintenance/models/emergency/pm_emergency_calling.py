import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.fields import Domain

_logger = logging.getLogger(__name__)


class PmEmergency(models.Model):
    """Who is called: those on duty on the call tree, and the next where one is silent.

    All that is known is in rows: who was told when, until when there is to be an
    answer, and whether the next one was asked for it. A job looks each minute; one
    that was stopped, or runs twice, finds what is left to do and repeats nothing.
    """

    _inherit = "pm.emergency"

    def _start_calling(self):
        """Tell those who are told at once; whoever comes after waits."""
        now = fields.Datetime.now()
        self._find_people()
        first = self.env["pm.emergency.call"].sudo()
        waiting = self.sudo().call_ids.filtered(lambda call: call.state == "waiting")
        for line, calls in waiting.grouped("plan_call_id").items():
            if line.mode == "all":
                first |= calls
            elif line.mode == "turn":
                first |= calls.sorted("sequence")[:1]
        first |= waiting.sorted("sequence")[:1] if not first else first
        first.sorted("sequence")._tell(now)
        if not first:
            self._nobody_left()

    def _find_people(self):
        """Bring the list of people up to date with who is on duty now.

        Who is on the list stays; who came on duty since is added, who is off duty
        and was not told yet is left out.
        """
        wanted = self._people_on_duty()
        known = self.sudo().call_ids
        rows = {call.employee_id: call for call in known}
        new = []
        for number, (employee, line) in enumerate(wanted.items(), len(known) + 1):
            call = rows.get(employee)
            if not call:
                new.append(
                    {
                        "emergency_id": self.id,
                        "plan_call_id": line.id,
                        "sequence": line.sequence * 1000 + number,
                        "mode": line.mode,
                        "role": line._role(),
                        "employee_id": employee.id,
                        "user_id": employee.user_id.id,
                    }
                )
            elif call.state == "off_duty":
                call._as_step().state = "waiting"
        known.filtered(
            lambda call: call.state == "waiting" and call.employee_id not in wanted
        )._as_step().state = "off_duty"
        calls = self.env["pm.emergency.call"].sudo()
        calls._as_step().create(new)
        self.invalidate_recordset(["call_ids"])

    def _people_on_duty(self):
        """{employee: line of the call tree}, in its order; each person once.

        Those at posts in the place and around it come before others of the estate.
        """
        Duty = self.env["pm.duty"].sudo()
        everybody = Duty._on_duty(self.estate_id).sudo()
        duties = Duty.search(
            Duty._domain_on_duty(fields.Datetime.now())
            & Domain("estate_id", "=", self.estate_id.id)
            & Domain("employee_id", "in", everybody.ids)
        ).sorted(self._distance)
        found = {}
        for line in self.plan_id.sudo().call_ids:
            people = line._people(duties)
            for employee in people:
                found.setdefault(employee, line)
        return found

    def _distance(self, duty):
        """0 for a post at or around the place, 1 for others of the estate."""
        here = self.property_id.sudo().parent_path or ""
        post = duty.property_id.parent_path or ""
        near = post and (here.startswith(post) or post.startswith(here))
        return (0 if near and duty.property_id.kind != "estate" else 1, duty.id)

    def _follow(self, call):
        """Ask the next one, because ``call`` brings nobody; once for each."""
        if call.is_followed:
            return
        call.sudo()._as_step().is_followed = True
        self._find_people()
        waiting = self.sudo().call_ids.filtered(lambda one: one.state == "waiting")
        waiting = waiting.sorted("sequence")
        same = waiting.filtered(lambda one: one.plan_call_id == call.plan_call_id)
        reserve = waiting.filtered(lambda one: one.mode == "reserve")
        following = (same or reserve or waiting)[:1]
        if following:
            following._tell(fields.Datetime.now())
        else:
            self._nobody_left()

    def _nobody_left(self):
        """Everybody on duty was asked: the managers of the estate are told, once.

        They may be off duty, so that they get no SMS; it stands in the program.
        """
        if self.is_untold:
            return
        self.sudo()._as_step().is_untold = True
        self._log("problem", self.env._("Nobody else of the call tree is on duty."))
        managers = self.env.ref("pm_core.group_pm_estate_manager")._pm_members(
            self.estate_id
        )
        for manager in managers - self.sudo().call_ids.user_id:
            emergency = self.sudo()._quietly().with_context(lang=manager.lang)
            emergency.activity_schedule(
                "pm_maintenance.mail_activity_emergency",
                summary=emergency._marked(
                    emergency.env._("Nobody answers: %s", emergency.type_id.name)
                ),
                user_id=manager.id,
            )
        self._raise_event("emergency.untold")

    def _done_being_asked(self, call):
        """Whoever answered is asked no more."""
        if call.user_id:
            self.sudo().activity_unlink(
                ["pm_maintenance.mail_activity_emergency"], user_id=call.user_id.id
            )

    def _stop_calling(self):
        """The emergency is over: nobody else is told, and nobody is asked any more."""
        self.sudo().activity_unlink(["pm_maintenance.mail_activity_emergency"])

    @api.model
    def _cron_follow(self):
        """Each minute: what became of the messages, who is silent, who is next."""
        domain = Domain("state", "=", "running")
        self.search(domain)._cron_each(lambda one: one._look_after(), domain)
        self._send_waiting()

    def _look_after(self):
        """Ask the next one for each whose time is over, or whom nothing reaches."""
        now = fields.Datetime.now()
        self._collect_messages()
        for call in self.sudo().call_ids:
            if call.state != "told":
                continue
            if not call._can_be_reached():
                self._give_up(call, "unreachable")
            elif call.deadline <= now:
                self._give_up(call, "silent")

    def _give_up(self, call, state):
        call._as_step().state = state
        label = dict(call._fields["state"]._description_selection(self.env))[state]
        self._log("problem", f"{call.employee_id.name} · {label}")
        self._follow(call)

    def _collect_messages(self):
        queued = (
            self.env["pm.emergency.message"]
            .sudo()
            .search([("emergency_id", "in", self.ids), ("state", "=", "queued")])
        )
        queued._collect()

    @api.model
    def _send_waiting(self):
        """Send what has no queue, each message in transactions of its own."""
        commit = self.env["ir.cron"]._commit_progress
        Message = self.env["pm.emergency.message"].sudo()
        domain = Domain("state", "=", "outgoing") & Domain(
            "emergency_id.state", "=", "running"
        )
        for message in Message.search(domain, order="id"):
            locked = message.try_lock_for_update().filtered_domain(domain)
            if not locked:
                continue
            # committed before it leaves, so that a crash does not send it twice
            locked._as_step().state = "queued"
            commit(0)
            try:
                getattr(locked, f"_send_{locked.channel}")()
            except OperationalError:
                raise
            except Exception as error:
                _logger.exception("sending message %s", locked.id)
                locked._fail("other", str(error))
            if not commit(1):
                return

    def _failure_reader(self):
        group = self.env.ref("pm_core.group_pm_estate_manager")
        return group._pm_members(self.estate_id)[:1] or self.env.user
