from odoo import Command, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_datetime

from ..orders.maintenance_request_steps import DISPATCHER
from .pm_emergency_activation import STAFF


class PmEmergency(models.Model):
    """What people write down while it runs, how it ends, and what is learnt."""

    _inherit = "pm.emergency"

    def _check_staff(self):
        """:raises AccessError: the user is not on the staff, or not of this estate"""
        self.check_access("read")
        if not (self.env.su or self.env.user.has_group(STAFF)):
            raise AccessError(
                self.env._("This is for the staff of %s.", self[:1].display_name)
            )

    def _check_leads(self):
        """:raises AccessError: neither who raised it, nor who came, nor a dispatcher"""
        self._check_staff()
        user = self.env.user
        if self.env.su or user.has_group(DISPATCHER):
            return
        for emergency in self.sudo():
            came = emergency.call_ids.filtered(lambda call: call.state == "answered")
            if user not in (emergency.started_by_id | came.user_id):
                raise AccessError(
                    self.env._(
                        "%s is ended by those who came, who raised it, or a dispatcher "
                        "or manager.",
                        emergency.display_name,
                    )
                )

    def _check_manages(self):
        """:raises AccessError: no dispatcher or manager of the estate"""
        self._check_staff()
        if not (self.env.su or self.env.user.has_group(DISPATCHER)):
            raise AccessError(
                self.env._(
                    "%s is reviewed and closed by dispatchers and managers.",
                    self[:1].display_name,
                )
            )

    def action_note(self, text):
        """A line of the log, in somebody's own words.

        :raises UserError: no words
        """
        self._check_staff()
        self._check_in_state("running", "over")
        words = text.strip()[:2000] if isinstance(text, str) else ""
        if not words:
            raise UserError(self.env._("Write what happened."))
        for emergency in self:
            emergency._log("note", words)

    def action_come(self):
        """The user comes: answers the call, or joins without having been called.

        :raises UserError: the user is no employee
        """
        self._check_staff()
        self._check_in_state("running")
        employee = self.env.user.sudo().employee_id
        for emergency in self:
            calls = emergency.sudo().call_ids
            mine = calls.filtered(lambda call: call.user_id == self.env.user)
            if not mine and not employee:
                raise UserError(
                    self.env._(
                        "You have no employee record, so that you cannot be put on the "
                        "list. Write a line into the log instead."
                    )
                )
            if not mine:
                mine = calls._as_step().create(
                    {
                        "emergency_id": emergency.id,
                        "sequence": 1000000 + len(calls),
                        "employee_id": employee.id,
                        "user_id": self.env.uid,
                        "role": employee.job_id.name,
                    }
                )
            mine.with_env(self.sudo().env)._answer("answered")

    def action_add_agency(self, name, phone=None, note=None):
        """Somebody outside was called who is not on the plan.

        :raises UserError: no name
        """
        self._check_staff()
        self._check_in_state("running")
        texts = [
            value.strip()[:200] if isinstance(value, str) else ""
            for value in (name, phone, note)
        ]
        if not texts[0]:
            raise UserError(self.env._("Write who was called."))
        for emergency in self.sudo():
            agency = emergency.agency_ids._as_step().create(
                {
                    "emergency_id": emergency.id,
                    "name": texts[0],
                    "phone": texts[1] or False,
                    "sequence": 1000,
                }
            )
            agency.with_env(self.sudo().env)._called(texts[2])

    def action_end(self):
        """It is under control: the clock stops, nobody else is called.

        :raises UserError: not running
        """
        self._check_leads()
        self._check_in_state("running")
        for emergency in self.sudo():
            came = emergency.call_ids.filtered(lambda call: call.state == "answered")
            emergency._as_step().write(
                {
                    "state": "over",
                    "over_at": fields.Datetime.now(),
                    "over_by_id": self.env.uid,
                    "participant_ids": [
                        Command.link(person.id) for person in came.employee_id
                    ],
                }
            )
            emergency._log("end", self.env._("Under control"))
            emergency._stop_calling()
            emergency._ask_for_review()
            emergency._tell_clients("end")
            emergency._raise_event("emergency.end")

    def _ask_for_review(self):
        """Managers write down what is to be learnt, within a week."""
        group = self.env.ref("pm_core.group_pm_estate_manager")
        manager = group._pm_members(self.estate_id)[:1]
        if manager:
            reader = self.with_context(lang=manager.lang)
            self._quietly().activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=fields.Date.add(self.estate_id._today(), days=7),
                summary=reader.env._("Write down what is to be learnt, and close it"),
                user_id=manager.id,
            )

    def action_false_alarm(self, reason):
        """It was none: calling ends, and what was made is for people to take back.

        :raises UserError: no reason
        """
        self._check_leads()
        self._check_in_state("running")
        words = reason.strip()[:500] if isinstance(reason, str) else ""
        if not words:
            raise UserError(self.env._("Say why it was a false alarm."))
        for emergency in self.sudo():
            now = fields.Datetime.now()
            emergency._as_step().write(
                {
                    "state": "false_alarm",
                    "false_reason": words,
                    "over_at": now,
                    "over_by_id": self.env.uid,
                }
            )
            emergency._log("end", self.env._("False alarm: %s", words))
            emergency._stop_calling()
            emergency.drill_id._as_step().write({"emergency_id": False})
            emergency._tell_clients("end")
            emergency._raise_event("emergency.false_alarm", words)

    def action_close(self):
        """Close what was reviewed: cause, harm, what went well, and what follows.

        :raises UserError: naming all that is missing
        """
        self._check_manages()
        self._check_in_state("over")
        for emergency in self:
            missing = emergency._missing_to_close()
            if missing:
                raise UserError(
                    self.env._(
                        "%(emergency)s is not closed yet. Missing: %(what)s.",
                        emergency=emergency.display_name,
                        what=", ".join(missing),
                    )
                )
        for emergency in self.sudo():
            emergency._as_step().write(
                {
                    "state": "closed",
                    "closed_at": fields.Datetime.now(),
                    "closed_by_id": self.env.uid,
                }
            )
            emergency._log("close", self.env._("Closed"))
            emergency.activity_unlink(["mail.mail_activity_data_todo"])
            if emergency.is_drill:
                emergency.drill_id._as_step().state = "held"
                emergency._record_training()
            emergency._raise_event("emergency.close")

    def _missing_to_close(self):
        """What has to be written first, by the names of the fields."""
        names = ["went_well"] if self.is_drill else ["cause", "harm", "went_well"]
        missing = [
            self._fields[name]._description_string(self.env)
            for name in names
            if not (self[name] or "").strip()
        ]
        if not self.action_ids and not (self.no_action_reason or "").strip():
            missing.append(self.env._("What follows, with owner and day"))
        return missing

    def _record_training(self):
        """Who took part in a drill was trained: it counts with their hours."""
        people = self.participant_ids
        kind = self.type_id.training_kind_id
        if not people or not kind or self.session_id:
            return
        faults = self.step_ids.filtered(lambda step: step.is_late or not step.done_at)
        session = (
            self.env["pm.training.session"]
            .sudo()
            ._as_step()
            .create(
                {
                    "name": self.type_id.name,
                    "kind_id": kind.id,
                    "property_id": self.property_id.id,
                    "date": self._local(self.started_at).date(),
                    "hour": self._local(self.started_at).hour,
                    "hours": max(round(self.minutes / 60, 2), 0.25),
                    "drill_people": len(people) + self.resident_count,
                    "drill_minutes": max(self.minutes, 1),
                    "drill_fault_count": self.late_count,
                    "drill_faults": "\n".join(faults.mapped("name")) or self.went_badly,
                    "drill_follow_up": "\n".join(self.action_ids.mapped("name")),
                    "attendance_ids": [
                        Command.create({"employee_id": person.id, "state": "present"})
                        for person in people
                    ],
                }
            )
        )
        session.action_hold()
        self._as_step().session_id = session

    def _local(self, moment):
        """A moment on the clock of the estate."""
        return fields.Datetime.context_timestamp(
            self.with_context(tz=self.estate_id.tz or "UTC"), moment
        )

    def _local_text(self, moment):
        """The same in words, for the print-out."""
        tz = self.estate_id.tz or "UTC"
        return format_datetime(self.env, moment, tz=tz, dt_format="yyyy-MM-dd HH:mm:ss")
