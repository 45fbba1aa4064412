from odoo import fields, models
from odoo.tools import SQL


class PmTrainingHours(models.Model):
    """Hours attended against hours required, an employee, plan and year.

    The row of the current year also says when the person has to attend next.
    """

    _name = "pm.training.hours"
    _description = "Training Hours"
    _auto = False
    _order = "year desc, missing desc, employee_id"
    _rec_name = "employee_id"
    _depends = {
        "hr.employee": ["active", "current_version_id", "pm_estate_id", "company_id"],
        "hr.version": ["job_id", "contract_date_start"],
        "pm.training.plan": [
            "active",
            "company_id",
            "job_ids",
            "required_hours",
            "interval_months",
            "first_days",
        ],
        "pm.training.session": ["plan_id", "state", "date"],
        "pm.training.attendance": ["session_id", "employee_id", "state", "hours"],
    }

    employee_id = fields.Many2one("hr.employee", readonly=True)
    estate_id = fields.Many2one("pm.property", "Works at", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    job_id = fields.Many2one("hr.job", readonly=True)
    plan_id = fields.Many2one("pm.training.plan", "Training Plan", readonly=True)
    kind_id = fields.Many2one("pm.training.kind", readonly=True)
    year = fields.Char(readonly=True)
    year_start = fields.Date("First Day of the Year", readonly=True)
    required = fields.Float("Hours Required", readonly=True)
    attended = fields.Float("Hours Attended", readonly=True)
    missing = fields.Float("Hours Missing", readonly=True)
    sessions = fields.Integer("Sessions Attended", readonly=True)
    last_date = fields.Date("Last Attended", readonly=True)
    due_date = fields.Date(
        "Due on",
        readonly=True,
        help="By the interval of the plan after the last session attended; for who "
        "never attended, counted from joining.",
    )
    planned_date = fields.Date(
        "On the List for", readonly=True, help="The latest session still to be held."
    )

    @property
    def _table_query(self):
        # the id is made of employee, plan and year
        return SQL(
            """
            SELECT employee.id::bigint * 100000000 + plan.id * 10000 + years.year AS id,
                   employee.id AS employee_id,
                   employee.pm_estate_id AS estate_id,
                   employee.company_id,
                   version.job_id,
                   plan.id AS plan_id,
                   plan.kind_id,
                   years.year::text AS year,
                   make_date(years.year, 1, 1) AS year_start,
                   plan.required_hours AS required,
                   attended.hours AS attended,
                   greatest(plan.required_hours - attended.hours, 0) AS missing,
                   attended.sessions,
                   ever.last_date,
                   ever.planned_date,
                   %(due_date)s AS due_date
              FROM hr_employee employee
              JOIN hr_version version ON version.id = employee.current_version_id
              JOIN pm_training_plan plan ON %(is_for)s
             CROSS JOIN (%(years)s) years
             CROSS JOIN LATERAL (%(attended)s) attended
             CROSS JOIN LATERAL (%(ever)s) ever
             CROSS JOIN LATERAL (%(begun)s) begun
             WHERE employee.active
            """,
            due_date=self._sql_due_date(),
            is_for=self._sql_plan_is_for_employee(),
            years=self._sql_years(),
            attended=self._sql_attended_in_year(),
            ever=self._sql_ever_attended(),
            begun=self._sql_begun(),
        )

    def _sql_plan_is_for_employee(self):
        """A plan is for everybody of its company, or for those who have its posts."""
        return SQL(
            """
            plan.active
            AND (plan.company_id IS NULL OR plan.company_id = employee.company_id)
            AND (version.job_id IN (SELECT job_id
                                      FROM pm_training_plan_job_rel rel
                                     WHERE rel.plan_id = plan.id)
                 OR NOT EXISTS (SELECT FROM pm_training_plan_job_rel rel
                                 WHERE rel.plan_id = plan.id))
            """
        )

    def _sql_years(self):
        """From the first year with a session to this one."""
        return SQL(
            """
            SELECT generate_series(
                least(extract(YEAR FROM min(date)), extract(YEAR FROM now())),
                extract(YEAR FROM now()))::int AS year
              FROM pm_training_session
             WHERE state = 'held'
            """
        )

    def _sql_attended_in_year(self):
        return SQL(
            """
            SELECT coalesce(sum(attendance.hours), 0) AS hours,
                   count(*)::int AS sessions
              FROM pm_training_attendance attendance
              JOIN pm_training_session session ON session.id = attendance.session_id
             WHERE attendance.employee_id = employee.id
               AND attendance.state = 'present'
               AND session.state = 'held'
               AND session.plan_id = plan.id
               AND session.date >= make_date(years.year, 1, 1)
               AND session.date < make_date(years.year + 1, 1, 1)
            """
        )

    def _sql_ever_attended(self):
        return SQL(
            """
            SELECT max(session.date) FILTER (
                       WHERE session.state = 'held' AND attendance.state = 'present'
                   ) AS last_date,
                   max(session.date) FILTER (
                       WHERE session.state = 'planned' AND attendance.state <> 'absent'
                   ) AS planned_date
              FROM pm_training_attendance attendance
              JOIN pm_training_session session ON session.id = attendance.session_id
             WHERE attendance.employee_id = employee.id
               AND session.plan_id = plan.id
            """
        )

    def _sql_begun(self):
        """Who joined before there was a plan is measured from the plan on."""
        return SQL(
            """
            SELECT greatest(
                       coalesce(version.contract_date_start, employee.create_date),
                       plan.create_date
                   )::date AS date
            """
        )

    def _sql_due_date(self):
        """By the interval after the last session, or days after the beginning."""
        return SQL(
            """
            CASE WHEN years.year < extract(YEAR FROM now())
                 THEN NULL
                 WHEN ever.last_date IS NULL AND plan.first_days > 0
                 THEN begun.date + plan.first_days
                 WHEN plan.interval_months > 0
                 THEN (coalesce(ever.last_date, begun.date)
                       + make_interval(months => plan.interval_months))::date
            END
            """
        )
