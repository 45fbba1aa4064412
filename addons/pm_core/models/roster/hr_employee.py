from odoo import api, fields, models
from odoo.fields import Domain

from .pm_duty_swap import OPEN_STATES

# duties that nobody has begun
AHEAD = ("planned", "confirmed")


class HrEmployee(models.Model):
    """Who leaves has no duties after the last day, and nobody plans new ones."""

    _inherit = "hr.employee"

    def _pm_last_day(self):
        """Return the last day of work of who leaves or has left, else None."""
        self.ensure_one()
        employee = self.sudo()
        if employee.departure_date:
            return employee.departure_date
        if employee.active:
            return None
        # archived without a word: nothing after today is for them
        return fields.Date.context_today(self)

    def write(self, vals):
        result = super().write(vals)
        if not vals.get("active", True) or vals.get("departure_date"):
            self._pm_free_duties()
        return result

    def _pm_free_duties(self):
        """Cancel what is planned after the last day, and tell who has to fill it."""
        for employee in self.sudo():
            last_day = employee._pm_last_day()
            if not last_day:
                continue
            duties = (
                self.env["pm.duty"]
                .sudo()
                .search(
                    [
                        ("employee_id", "=", employee.id),
                        ("state", "in", AHEAD),
                        ("date", ">", last_day),
                    ]
                )
            )
            employee._pm_end_swaps(last_day)
            duties._as_step().write({"state": "cancelled"})
            employee._pm_tell_of_freed(duties, last_day)

    def _pm_end_swaps(self, last_day):
        """End requests by which the one who leaves would give or take a duty."""
        mine = Domain("requester_id", "=", self.id) | Domain(
            "colleague_id", "=", self.id
        )
        after = Domain("duty_id.date", ">", last_day) | Domain(
            "return_duty_id.date", ">", last_day
        )
        swaps = (
            self.env["pm.duty.swap"]
            .sudo()
            .search(Domain("state", "in", OPEN_STATES) & mine & after)
        )
        swaps._as_step().write({"state": "cancelled"})
        for swap in swaps:
            swap._tell(
                (swap.requester_id | swap.colleague_id) - self,
                self.env._(
                    "%(swap)s has ended: %(employee)s leaves on %(day)s.",
                    swap=swap.display_name,
                    employee=self.name,
                    day=fields.Date.to_string(last_day),
                ),
            )

    def _pm_tell_of_freed(self, duties, last_day):
        """Plan an activity on each roster; duties without one go to the managers."""
        for roster, freed in duties.grouped("roster_id").items():
            text = self.env._(
                "%(employee)s leaves on %(day)s: %(count)s duties from %(first)s to "
                "%(last)s have nobody now. Plan somebody else.",
                employee=self.name,
                day=fields.Date.to_string(last_day),
                count=len(freed),
                first=fields.Date.to_string(min(freed.mapped("date"))),
                last=fields.Date.to_string(max(freed.mapped("date"))),
            )
            if roster:
                for user in roster._responsible():
                    roster.activity_schedule(
                        "mail.mail_activity_data_todo", note=text, user_id=user.id
                    )
                continue
            for estate in freed.estate_id:
                managers = self.env.ref("pm_core.group_pm_estate_manager")._pm_members(
                    estate
                )
                estate.message_notify(
                    partner_ids=managers.partner_id.ids,
                    subject=self.env._("Duties without anybody"),
                    body=text,
                )

    @api.model
    def _pm_still_here(self, employees, day):
        """Return those of ``employees`` who have not left before ``day``."""
        return employees.filtered(
            lambda one: (one._pm_last_day() or fields.Date.end_of(day, "year")) >= day
        )
