from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import format_date


class PmTrainingReminder(models.Model):
    """That somebody was reminded of a training that falls due, once for each date."""

    _name = "pm.training.reminder"
    _description = "Training Reminder"
    _order = "due_date desc, employee_id, id"
    _rec_name = "employee_id"

    employee_id = fields.Many2one(
        "hr.employee", required=True, index=True, readonly=True, ondelete="cascade"
    )
    plan_id = fields.Many2one(
        "pm.training.plan",
        "Training Plan",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    due_date = fields.Date("Due on", required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users",
        "Planned by",
        readonly=True,
        ondelete="set null",
        help="Who was asked to see to the session.",
    )
    estate_id = fields.Many2one(
        related="employee_id.pm_estate_id",
        string="Works at",
        store=True,
        index=True,
    )
    company_id = fields.Many2one(
        related="employee_id.company_id", store=True, index=True
    )

    _due_once = models.UniqueIndex(
        "(employee_id, plan_id, due_date)",
        "The person was reminded of this training already.",
    )

    @api.model
    def _cron_remind(self):
        """Ask supervisors and the people themselves for training that falls due.

        Who is on the list of a session that is still to come is not reminded.
        """
        due = self._due()
        of_plan = due.grouped(lambda row: row.plan_id)
        plans = self.env["pm.training.plan"].concat(*of_plan)
        # another run may have been here in between
        plans._cron_each(
            lambda plan: self._remind(plan, of_plan[plan] - self._known(of_plan[plan]))
        )

    @api.model
    def _due(self):
        """Rows of ``pm.training.hours`` that fall due and were not reminded of."""
        today = fields.Date.context_today(self)
        plans = self.env["pm.training.plan"].search([("reminder_days", ">", 0)])
        notice = max(plans.mapped("reminder_days"), default=0)
        rows = self.env["pm.training.hours"].search(
            Domain("due_date", "<=", today + timedelta(days=notice))
        )
        due = rows.filtered(
            lambda row: (
                row.due_date <= today + timedelta(days=row.plan_id.reminder_days)
                and not (row.planned_date and row.planned_date >= today)
            )
        )
        return due - self._known(due)

    @api.model
    def _known(self, rows):
        """Those of the rows that were reminded of."""
        reminded = {
            (one.employee_id.id, one.plan_id.id, one.due_date)
            for one in self.search_fetch(
                [
                    ("employee_id", "in", rows.employee_id.ids),
                    ("plan_id", "in", rows.plan_id.ids),
                ],
                ["employee_id", "plan_id", "due_date"],
            )
        }
        return rows.filtered(
            lambda row: (row.employee_id.id, row.plan_id.id, row.due_date) in reminded
        )

    @api.model
    def _remind(self, plan, rows):
        """One activity for each supervisor, and one for each person with a login."""
        groups = defaultdict(lambda: self.env["pm.training.hours"])
        vals_list = []
        for row in rows:
            supervisor = self._supervisor(row.employee_id)
            groups[supervisor] |= row
            vals_list.append(
                {
                    "employee_id": row.employee_id.id,
                    "plan_id": plan.id,
                    "due_date": row.due_date,
                    "user_id": supervisor.id,
                }
            )
        self.create(vals_list)
        for supervisor, group in groups.items():
            if supervisor:
                self._ask(plan, supervisor, group)
        for row in rows:
            user = row.employee_id.user_id
            if user.active and not user.share and user not in groups:
                self._ask(plan, user, row)

    @api.model
    def _ask(self, plan, user, rows):
        told = plan.with_context(lang=user.lang)
        own = rows.employee_id.user_id == user
        day = min(rows.mapped("due_date"))
        plan.activity_schedule(
            "pm_core.mail_activity_training_due",
            date_deadline=day,
            summary=told.env._(
                "%(plan)s: due on %(day)s",
                plan=told.name,
                day=format_date(told.env, day),
            ),
            note=None
            if own
            else told.env._(
                "Plan a session for: %s",
                ", ".join(rows.employee_id.mapped("name")),
            ),
            user_id=user.id,
        )

    @api.model
    def _supervisor(self, employee):
        """Who plans the sessions: the superior, else the manager of the estate."""
        user = employee.parent_id.user_id
        if user.active and not user.share:
            return user
        role = "estate_manager" if employee.pm_estate_id else "hr"
        group = self.env.ref(f"pm_core.group_pm_{role}")
        return group._pm_members(employee.pm_estate_id)[:1]

    @api.model
    def _close(self, sessions):
        """Finish what was asked for by reminders that held sessions answer."""
        # a view: what was read of it before the session is history now
        self.env["pm.training.hours"].invalidate_model()
        for plan in sessions.plan_id:
            attended = sessions.filtered(
                lambda session, plan=plan: session.plan_id == plan
            )
            rows = attended.attendance_ids.filtered(lambda row: row.state == "present")
            employees = rows.employee_id
            asked = self.search(
                [("plan_id", "=", plan.id), ("employee_id", "in", employees.ids)]
            ).user_id
            reminded = self.search(
                [("plan_id", "=", plan.id), ("user_id", "in", asked.ids)]
            )
            due = {
                (row.employee_id, row.due_date)
                for row in self.env["pm.training.hours"].search(
                    [
                        ("plan_id", "=", plan.id),
                        ("employee_id", "in", reminded.employee_id.ids),
                        ("due_date", "!=", False),
                    ]
                )
            }
            waiting = reminded.filtered(
                lambda one, due=due: (one.employee_id, one.due_date) in due
            ).user_id
            done = (asked | employees.user_id) - waiting
            plan.activity_ids.filtered(
                lambda activity, done=done: (
                    activity.activity_type_id
                    == self.env.ref("pm_core.mail_activity_training_due")
                    and activity.user_id in done
                )
            ).action_feedback()
