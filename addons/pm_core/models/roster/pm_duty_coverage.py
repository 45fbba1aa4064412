from odoo import api, fields, models
from odoo.tools import SQL


class PmDutyCoverage(models.Model):
    """How a shift of a post is manned on a day: needed, planned, missing.

    A view over the rosters: each post of a roster, each day of its month, each of
    the post's shifts that is manned on that day.
    """

    _name = "pm.duty.coverage"
    _description = "Coverage of Duty Posts"
    _auto = False
    _order = "date, post_id, shift_id"
    _rec_name = "post_id"
    _depends = {
        "pm.duty": ["post_id", "shift_id", "date", "state", "employee_id"],
        "pm.duty.post": ["active", "job_id"],
        "pm.duty.post.line": ["post_id", "shift_id", "heads", "days"],
        "pm.duty.roster": ["estate_id", "company_id", "month", "post_ids", "state"],
        "hr.employee": ["resource_id"],
        "resource.calendar.leaves": ["resource_id", "date_from", "date_to"],
    }

    roster_id = fields.Many2one("pm.duty.roster", readonly=True)
    estate_id = fields.Many2one("pm.property", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    post_id = fields.Many2one("pm.duty.post", readonly=True)
    job_id = fields.Many2one("hr.job", readonly=True)
    shift_id = fields.Many2one("pm.duty.shift", readonly=True)
    date = fields.Date(readonly=True)
    required = fields.Integer("People Needed", readonly=True)
    planned = fields.Integer("People Planned", readonly=True)
    away = fields.Integer(
        "On Leave", readonly=True, help="Planned, but on leave at that time."
    )
    missing = fields.Integer("People Missing", readonly=True)
    color = fields.Integer(readonly=True)

    @api.depends("post_id", "shift_id", "planned", "away", "required", "missing")
    def _compute_display_name(self):
        for row in self:
            row.display_name = " ".join(
                filter(
                    None,
                    (
                        # first, for it is what is seen of a narrow column
                        f"−{row.missing}" if row.missing else "",
                        row.post_id.name,
                        row.shift_id.code,
                        f"{row.planned - row.away}/{row.required}",
                    ),
                )
            )

    @property
    def _table_query(self):
        # one figure a post line and day: the id is made of the two
        return SQL(
            """
            SELECT line.id::bigint * 100000 + (day.date - DATE '2000-01-01') AS id,
                   roster.id AS roster_id,
                   roster.estate_id,
                   roster.company_id,
                   post.id AS post_id,
                   post.job_id,
                   line.shift_id,
                   day.date,
                   line.heads AS required,
                   manned.planned,
                   manned.away,
                   greatest(line.heads - manned.planned + manned.away, 0) AS missing,
                   CASE WHEN line.heads > manned.planned - manned.away
                        THEN 1 ELSE 10 END AS color
              FROM pm_duty_roster roster
              JOIN pm_duty_roster_post_rel rel ON rel.roster_id = roster.id
              JOIN pm_duty_post post ON post.id = rel.post_id AND post.active
              JOIN pm_duty_post_line line ON line.post_id = post.id
             CROSS JOIN LATERAL (
                    SELECT generate_series(
                        roster.month,
                        roster.month + INTERVAL '1 month' - INTERVAL '1 day',
                        INTERVAL '1 day'
                    )::date AS date
                 ) day
             CROSS JOIN LATERAL (
                    SELECT count(*)::int AS planned,
                           count(*) FILTER (WHERE EXISTS (
                               SELECT FROM hr_employee employee
                                 JOIN resource_calendar_leaves leave
                                   ON leave.resource_id = employee.resource_id
                                WHERE employee.id = duty.employee_id
                                  AND leave.date_from < duty.stop
                                  AND leave.date_to > duty.start
                           ))::int AS away
                      FROM pm_duty duty
                     WHERE duty.post_id = post.id
                       AND duty.shift_id = line.shift_id
                       AND duty.date = day.date
                       AND duty.state IN ('planned', 'confirmed', 'done')
                 ) manned
             WHERE CASE line.days
                        WHEN 'workdays' THEN EXTRACT(ISODOW FROM day.date) <= 5
                        WHEN 'weekend' THEN EXTRACT(ISODOW FROM day.date) > 5
                        ELSE TRUE
                   END
            """
        )
