from collections import defaultdict
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_date

from ...engine.roster import month_bounds, span
from .pm_duty import MANNING_STATES


class PmDutyRoster(models.Model):
    """How the duties of a month are made from members and their patterns."""

    _inherit = "pm.duty.roster"

    skipped_note = fields.Text("Not Planned", readonly=True, copy=False)

    def action_propose_members(self):
        """Add who works at the estate in a job of the posts, spread over the cycle.

        :raises UserError: nobody was found
        """
        for roster in self:
            roster._propose_members()

    def action_generate(self):
        """Make the duties of the month; safe to repeat.

        What was changed by hand, confirmed or worked stays as it is; after
        publication the past stays too.
        :raises UserError: a member has no pattern
        """
        for roster in self:
            roster._generate()

    def _open_bounds(self):
        """First and last day that may be planned anew."""
        first, last = month_bounds(self.month)
        if self.state == "published":
            today = self.estate_id._today()
            first = max(first, today)
        return first, last

    def _propose_members(self):
        posts = self.post_ids.filtered("job_id")
        employees = self.env["hr.employee"].search(
            [
                ("pm_estate_id", "=", self.estate_id.id),
                ("job_id", "in", posts.job_id.ids),
                ("id", "not in", self.member_ids.employee_id.ids),
            ]
        )
        employees = employees._pm_still_here(employees, month_bounds(self.month)[0])
        if not employees:
            raise UserError(
                self.env._(
                    "Nobody else works at %(estate)s as %(jobs)s. Set Works at and "
                    "the job of the employees, and the job of the posts.",
                    estate=self.estate_id.name,
                    jobs=", ".join(posts.job_id.mapped("name"))
                    or self.env._("(no job on the posts)"),
                )
            )
        patterns = self.env["pm.duty.pattern"].search([("line_ids", "!=", False)])
        vals_list = []
        # the job is not among what every colleague may read of an employee
        for number, employee in enumerate(employees.sudo()):
            fitting = posts.filtered(
                lambda post, employee=employee: post.job_id == employee.job_id
            )
            post = fitting[number % len(fitting)]
            shifts = post.line_ids.shift_id
            pattern = next(
                (
                    pattern
                    for pattern in patterns
                    if pattern.line_ids.shift_id and pattern.line_ids.shift_id <= shifts
                ),
                patterns[:1],
            )
            vals_list.append(
                {
                    "roster_id": self.id,
                    "employee_id": employee.id,
                    "post_id": post.id,
                    "pattern_id": pattern.id,
                    "start_day": number % (pattern.length or 1) + 1,
                }
            )
        self.env["pm.duty.roster.member"].create(vals_list)

    def _generate(self):
        self.ensure_one()
        self.check_access("write")
        first, last = self._open_bounds()
        wanted = self._wanted(first, last)
        Duty = self.env["pm.duty"]._as_step("pm_roster_generating")
        existing = Duty.search(
            [
                ("roster_id", "=", self.id),
                ("slot_date", ">=", first),
                ("slot_date", "<=", last),
            ]
        )
        stale = existing.filtered(
            lambda duty: (
                duty._is_untouched()
                and wanted.get((duty.member_id, duty.slot_date))
                != (duty.employee_id, duty.post_id, duty.shift_id)
            )
        )
        present = {(duty.member_id, duty.slot_date) for duty in existing - stale}
        stale.unlink()
        vals_list, skipped = self._new_duties(
            {key: slot for key, slot in wanted.items() if key not in present}
        )
        Duty.create(vals_list)
        self._as_step().skipped_note = "\n".join(skipped) or False
        self.invalidate_recordset(["coverage_ids", "gap_ids", "gap_count"])

    def _wanted(self, first, last):
        """{(member, day): (employee, post, shift)} that the patterns ask for."""
        cycles = {}
        wanted = {}
        for member in self.member_ids:
            if not member.pattern_id.line_ids:
                raise UserError(
                    self.env._(
                        "%(roster)s: the pattern of %(employee)s has no days. Give "
                        "%(pattern)s its cycle, or choose another pattern.",
                        roster=self.display_name,
                        employee=member.employee_id.name,
                        pattern=member.pattern_id.name,
                    )
                )
            cycle = cycles.get(member.pattern_id)
            if cycle is None:
                cycle = cycles[member.pattern_id] = member.pattern_id._cycle()
            start = max(first, member.date_from or first)
            left = member.employee_id._pm_last_day()
            end = min(last, member.date_to or last, left or last)
            for day, shift in cycle.between(start, end, member.start_day - 1):
                wanted[member, day] = (member.employee_id, member.post_id, shift)
        return wanted

    def _new_duties(self, slots):
        """Values of the duties of ``slots``, and lines on those that cannot be.

        A person who has a duty at the time already, in this or another roster, is
        not planned twice.
        """
        if not slots:
            return [], []
        zone = self.estate_id._zone()
        busy = self._busy({employee for employee, *_rest in slots.values()})
        vals_list, skipped = [], []
        for (member, day), (employee, post, shift) in slots.items():
            start, stop = span(day, shift.hour_from, shift.hours, zone)
            if any(start < end and stop > begin for begin, end in busy[employee.id]):
                skipped.append(
                    self.env._(
                        "%(employee)s, %(date)s %(shift)s: has another duty then.",
                        employee=employee.name,
                        date=format_date(self.env, day),
                        shift=shift.name,
                    )
                )
                continue
            busy[employee.id].append((start, stop))
            vals_list.append(
                {
                    "roster_id": self.id,
                    "member_id": member.id,
                    "slot_date": day,
                    "employee_id": employee.id,
                    "post_id": post.id,
                    "shift_id": shift.id,
                    "date": day,
                }
            )
        return vals_list, skipped

    def _busy(self, employees):
        """{employee id: [(start, stop)]} around the month, in whatever estate."""
        first, last = month_bounds(self.month)
        busy = defaultdict(list)
        duties = (
            self.env["pm.duty"]
            .sudo()
            .search_fetch(
                [
                    ("employee_id", "in", [employee.id for employee in employees]),
                    ("state", "in", MANNING_STATES),
                    ("date", ">=", first - timedelta(days=2)),
                    ("date", "<=", last + timedelta(days=2)),
                ],
                ["employee_id", "start", "stop"],
            )
        )
        for duty in duties:
            busy[duty.employee_id.id].append((duty.start, duty.stop))
        return busy
