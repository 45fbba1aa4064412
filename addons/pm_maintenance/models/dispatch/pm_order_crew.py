from odoo import fields, models
from odoo.tools import SQL


class PmOrderCrew(models.Model):
    """Who could be sent now: people on duty at the workshops, with what they have.

    A view over duties and open orders as they are at this moment. One row for each
    employee who is on duty, or has open orders though nobody planned a duty.
    """

    _name = "pm.order.crew"
    _description = "Technicians on Duty"
    _auto = False
    _order = "on_duty desc, open_count, employee_id"
    _rec_name = "employee_id"
    _depends = {
        "hr.employee": ["user_id", "pm_estate_id", "company_id", "active"],
        "pm.duty": ["employee_id", "start", "stop", "state", "estate_id"],
        "maintenance.request": ["user_id", "state", "urgency", "company_id"],
    }

    employee_id = fields.Many2one("hr.employee", "Technician", readonly=True)
    user_id = fields.Many2one("res.users", "Login", readonly=True)
    estate_id = fields.Many2one("pm.property", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    on_duty = fields.Boolean(readonly=True)
    duty_stop = fields.Datetime("On Duty until", readonly=True)
    open_count = fields.Integer("Open Orders", readonly=True)
    urgent_count = fields.Integer("Danger or Urgent", readonly=True)
    at_work = fields.Boolean("On Site Now", readonly=True)

    def action_open_orders(self):
        """The open orders of this person."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pm_maintenance.maintenance_request_action"
        )
        action["domain"] = [
            ("property_id", "!=", False),
            ("user_id", "=", self.user_id.id),
        ]
        action["context"] = {"search_default_open": True}
        return action

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT employee.id,
                   employee.id AS employee_id,
                   employee.user_id,
                   coalesce(duty.estate_id, employee.pm_estate_id) AS estate_id,
                   employee.company_id,
                   duty.stop IS NOT NULL AS on_duty,
                   duty.stop AS duty_stop,
                   coalesce(load.open_count, 0) AS open_count,
                   coalesce(load.urgent_count, 0) AS urgent_count,
                   coalesce(load.at_work, FALSE) AS at_work
              FROM hr_employee employee
              LEFT JOIN LATERAL (
                    SELECT estate_id, stop
                      FROM pm_duty
                     WHERE employee_id = employee.id
                       AND state IN ('planned', 'confirmed', 'done')
                       AND start <= now() AT TIME ZONE 'UTC'
                       AND stop > now() AT TIME ZONE 'UTC'
                     ORDER BY stop DESC
                     LIMIT 1
                   ) duty ON TRUE
              LEFT JOIN (
                    SELECT user_id,
                           company_id,
                           count(*)::int AS open_count,
                           count(*) FILTER (
                               WHERE urgency IN ('danger', 'urgent')
                           )::int AS urgent_count,
                           bool_or(state = 'on_site') AS at_work
                      FROM maintenance_request
                     WHERE property_id IS NOT NULL
                       AND user_id IS NOT NULL
                       AND state IN ('dispatched', 'accepted', 'travelling',
                                     'on_site', 'paused')
                     GROUP BY user_id, company_id
                   ) load ON load.user_id = employee.user_id
                         AND load.company_id = employee.company_id
             WHERE employee.active
               AND employee.user_id IS NOT NULL
               AND (load.user_id IS NOT NULL
                    OR (duty.stop IS NOT NULL AND EXISTS (
                        SELECT FROM maintenance_team_users_rel member
                         WHERE member.res_users_id = employee.user_id
                    )))
            """
        )
