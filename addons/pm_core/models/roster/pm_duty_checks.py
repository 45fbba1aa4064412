from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from .pm_duty import MANNING_STATES


class PmDuty(models.Model):
    """What speaks against a duty: another at the same time, a leave, a certificate."""

    _inherit = "pm.duty"

    on_leave = fields.Boolean(
        compute="_compute_on_leave", help="Has leave or is off sick at that time."
    )
    lacks_certificate = fields.Boolean(
        compute="_compute_lacks_certificate",
        help="The post needs a certificate that the person does not have on that day.",
    )
    _no_overlap = models.Constraint(
        """EXCLUDE USING gist (
            int4range(employee_id, employee_id, '[]') WITH &&,
            tsrange(start, stop) WITH &&
        ) WHERE (state IN ('planned', 'confirmed', 'done'))
        DEFERRABLE INITIALLY DEFERRED""",
        "A person has another duty at the same time. Reload the roster and choose "
        "someone else or another shift.",
    )

    @api.constrains("employee_id", "date", "state")
    def _check_still_here(self):
        """Nobody is planned for a day on which they do not work here any more."""
        for duty in self:
            last_day = duty.employee_id._pm_last_day()
            if duty.state in ("planned", "confirmed") and (
                last_day and duty.date > last_day
            ):
                raise ValidationError(
                    self.env._(
                        "%(employee)s leaves on %(day)s and has no duty on %(date)s. "
                        "Choose somebody else.",
                        employee=duty.employee_id.name,
                        day=fields.Date.to_string(last_day),
                        date=fields.Date.to_string(duty.date),
                    )
                )

    @api.depends("employee_id", "start", "stop")
    def _compute_on_leave(self):
        saved = self.filtered(lambda duty: duty.start and duty.stop)
        resources = saved.employee_id.sudo().resource_id
        leaves = defaultdict(list)
        if resources:
            for leave in (
                self.env["resource.calendar.leaves"]
                .sudo()
                .search_fetch(
                    [
                        ("resource_id", "in", resources.ids),
                        ("date_from", "<", max(saved.mapped("stop"))),
                        ("date_to", ">", min(saved.mapped("start"))),
                    ],
                    ["resource_id", "date_from", "date_to"],
                )
            ):
                leaves[leave.resource_id].append((leave.date_from, leave.date_to))
        for duty in self:
            duty.on_leave = any(
                begin < duty.stop and end > duty.start
                for begin, end in leaves.get(duty.employee_id.sudo().resource_id, ())
            )

    @api.depends("employee_id", "post_id", "date")
    def _compute_lacks_certificate(self):
        days = {}
        for duty in self:
            key = (duty.employee_id, duty.post_id)
            if duty.date:
                days[key] = max(duty.date, days.get(key, duty.date))
        lacking = self.env["pm.duty.post"]._lacking(days)
        for duty in self:
            duty.lacks_certificate = (duty.employee_id, duty.post_id) in lacking

    @api.constrains("employee_id", "start", "stop", "state")
    def _check_overlap(self):
        if not self._in_step("pm_duty_overlap_later"):
            self._refuse_overlap()

    def _refuse_overlap(self):
        """Refuse two duties of one person at one time, naming both.

        Every duty counts, also one at an estate that the user does not see.
        :raises ValidationError: naming the person and the times
        """
        self.flush_model(["employee_id", "start", "stop", "state"])
        self.env.cr.execute(
            SQL(
                """
                SELECT duty.id, other.id
                  FROM pm_duty duty
                  JOIN pm_duty other
                    ON other.employee_id = duty.employee_id
                   AND other.id <> duty.id
                   AND other.start < duty.stop AND other.stop > duty.start
                   AND other.state IN %(states)s
                 WHERE duty.id IN %(ids)s AND duty.state IN %(states)s
                 LIMIT 1
                """,
                states=MANNING_STATES,
                ids=tuple(self.ids or [0]),
            )
        )
        found = self.env.cr.fetchone()
        if found:
            duty, other = self.sudo().browse(found)
            raise ValidationError(
                self.env._(
                    "%(employee)s has two duties at the same time: %(duty)s and "
                    "%(other)s. Choose someone else, another shift, or cancel one.",
                    employee=duty.employee_id.name,
                    duty=duty._when_and_where(),
                    other=other._when_and_where(),
                )
            )
        # what another transaction has just written is seen by the index only
        self.env.cr.execute("SET CONSTRAINTS pm_duty_no_overlap IMMEDIATE")
        self.env.cr.execute("SET CONSTRAINTS pm_duty_no_overlap DEFERRED")
