from odoo import fields, models
from odoo.tools import SQL


class PmTrainingHours(models.Model):
    """Hours attended against hours required, an employee, plan and year."""

    _name = "pm.training.hours"
    _description = "Training Hours"
    _auto = False
    _order = "year desc, missing desc, employee_id"
    _rec_name = "employee_id"
    _depends = {
        "hr.employee": ["active", "current_version_id", "pm_estate_id", "company_id"],
        "hr.version": ["job_id"],
        "pm.training.plan": ["active", "company_id", "job_ids", "required_hours"],
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
                   attended.sessions
              FROM hr_employee employee
              JOIN hr_version version ON version.id = employee.current_version_id
              JOIN pm_training_plan plan
                ON plan.active
               AND (plan.company_id IS NULL OR plan.company_id = employee.company_id)
               AND (version.job_id IN (SELECT job_id
                                         FROM pm_training_plan_job_rel rel
                                        WHERE rel.plan_id = plan.id)
                    OR NOT EXISTS (SELECT FROM pm_training_plan_job_rel rel
                                    WHERE rel.plan_id = plan.id))
             CROSS JOIN (
                    SELECT generate_series(
                        least(extract(YEAR FROM min(date)), extract(YEAR FROM now())),
                        extract(YEAR FROM now()))::int AS year
                      FROM pm_training_session
                     WHERE state = 'held'
                 ) years
             CROSS JOIN LATERAL (
                    SELECT coalesce(sum(attendance.hours), 0) AS hours,
                           count(*)::int AS sessions
                      FROM pm_training_attendance attendance
                      JOIN pm_training_session session
                        ON session.id = attendance.session_id
                     WHERE attendance.employee_id = employee.id
                       AND attendance.state = 'present'
                       AND session.state = 'held'
                       AND session.plan_id = plan.id
                       AND session.date >= make_date(years.year, 1, 1)
                       AND session.date < make_date(years.year + 1, 1, 1)
                 ) attended
             WHERE employee.active
            """
        )
