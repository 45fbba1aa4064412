from odoo import fields, models
from odoo.tools import SQL


class PmOrderLoad(models.Model):
    """What a technician has on a day: the hours worked, and the orders to come.

    A view over working times and open orders. An order that is open lies on the day
    of its appointment, else on that of its next deadline, else of its dispatch; days
    are those of the estate's clock.
    """

    _name = "pm.order.load"
    _description = "Load of Technicians by Day"
    _auto = False
    _order = "date desc, user_id, id"
    _rec_name = "request_id"
    _depends = {
        "maintenance.request": [
            "user_id",
            "estate_id",
            "company_id",
            "state",
            "appointment",
            "dispatched_at",
            "urgency",
        ],
        "pm.order.work": ["request_id", "employee_id", "start", "hours"],
        "pm.sla.clock": ["res_model", "res_id", "deadline", "state"],
        "hr.employee": ["user_id"],
        "pm.property": ["tz"],
    }

    request_id = fields.Many2one("maintenance.request", "Order", readonly=True)
    user_id = fields.Many2one("res.users", "Technician", readonly=True)
    estate_id = fields.Many2one("pm.property", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    date = fields.Date("Day", readonly=True)
    kind = fields.Selection(
        [("worked", "Worked"), ("open", "To Do")], "What", readonly=True
    )
    urgency = fields.Selection(
        lambda self: (
            self.env["maintenance.request"]
            ._fields["urgency"]
            ._description_selection(self.env)
        ),
        readonly=True,
    )
    hours = fields.Float("Hours Worked", readonly=True)
    open_count = fields.Integer("Orders to Do", readonly=True)

    def action_open_order(self):
        """Show the order behind the row."""
        self.ensure_one()
        self.check_access("read")
        return self.request_id._open_form()

    @property
    def _table_query(self):
        # two kinds of rows: their ids are even and odd
        return SQL(
            """
            SELECT work.id::bigint * 2 AS id,
                   request.id AS request_id,
                   employee.user_id,
                   request.estate_id,
                   request.company_id,
                   (work.start AT TIME ZONE 'UTC'
                       AT TIME ZONE coalesce(estate.tz, 'UTC'))::date AS date,
                   'worked' AS kind,
                   request.urgency,
                   work.hours,
                   0 AS open_count
              FROM pm_order_work work
              JOIN hr_employee employee ON employee.id = work.employee_id
              JOIN maintenance_request request ON request.id = work.request_id
              JOIN pm_property estate ON estate.id = request.estate_id
             WHERE employee.user_id IS NOT NULL
             UNION ALL
            SELECT request.id::bigint * 2 + 1,
                   request.id,
                   request.user_id,
                   request.estate_id,
                   request.company_id,
                   (coalesce(request.appointment, clock.deadline,
                             request.dispatched_at, request.reported_at)
                       AT TIME ZONE 'UTC'
                       AT TIME ZONE coalesce(estate.tz, 'UTC'))::date,
                   'open',
                   request.urgency,
                   0.0,
                   1
              FROM maintenance_request request
              JOIN pm_property estate ON estate.id = request.estate_id
              LEFT JOIN LATERAL (
                    SELECT min(deadline) AS deadline
                      FROM pm_sla_clock
                     WHERE res_model = 'maintenance.request'
                       AND res_id = request.id
                       AND state IN ('running', 'paused')
                   ) clock ON TRUE
             WHERE request.user_id IS NOT NULL
               AND request.state IN ('dispatched', 'accepted', 'travelling',
                                     'on_site', 'paused')
            """
        )
