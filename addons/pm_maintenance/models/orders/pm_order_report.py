from odoo import fields, models
from odoo.tools import SQL


class PmOrderReport(models.Model):
    """Figures of work orders, one row each, for pivots, charts and comparisons.

    A view: rates are 100 or 0 for each order, and nothing where the question does not
    arise, so that their mean over any group is the rate of the group.
    """

    _name = "pm.order.report"
    _description = "Figures of Work Orders"
    _auto = False
    _order = "reported_at desc, id desc"
    _rec_name = "request_id"
    _depends = {
        "maintenance.request": [
            "property_id",
            "estate_id",
            "building_id",
            "company_id",
            "equipment_id",
            "fault_category_id",
            "urgency",
            "payer",
            "channel_id",
            "state",
            "user_id",
            "supplier_id",
            "reported_at",
            "done_at",
            "hours",
            "cost",
            "redo_count",
            "is_repeat",
            "maintenance_type",
            "urge_count",
            "rating",
            "problem_id",
            "cause_id",
            "remedy_id",
        ],
        "pm.fault.category": ["repeat_days"],
        "pm.order.step": ["request_id", "step", "state"],
        "pm.sla.clock": ["res_model", "res_id", "target_id", "state", "deadline"],
        "pm.sla.target": ["code"],
    }

    request_id = fields.Many2one("maintenance.request", "Order", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    estate_id = fields.Many2one("pm.property", readonly=True)
    building_id = fields.Many2one("pm.property", readonly=True)
    property_id = fields.Many2one("pm.property", "Place", readonly=True)
    equipment_id = fields.Many2one("maintenance.equipment", "Machine", readonly=True)
    category_id = fields.Many2one("pm.fault.category", "Fault Category", readonly=True)
    urgency = fields.Selection(
        lambda self: self._order_selection("urgency"),
        readonly=True,
    )
    payer = fields.Selection(
        lambda self: self._order_selection("payer"),
        "Who Pays",
        readonly=True,
    )
    state = fields.Selection(
        lambda self: self._order_selection("state"),
        readonly=True,
    )
    channel_id = fields.Many2one("pm.channel", readonly=True)
    user_id = fields.Many2one("res.users", "Technician", readonly=True)
    supplier_id = fields.Many2one("res.partner", "Contractor", readonly=True)
    problem_id = fields.Many2one("pm.fault.code", readonly=True)
    cause_id = fields.Many2one("pm.fault.code", readonly=True)
    remedy_id = fields.Many2one("pm.fault.code", readonly=True)
    reported_at = fields.Datetime(readonly=True)
    done_at = fields.Datetime(readonly=True)
    backlog_age = fields.Selection(
        [
            ("1", "Less than a Day"),
            ("2", "1 to 3 Days"),
            ("3", "3 to 7 Days"),
            ("4", "1 to 4 Weeks"),
            ("5", "More than 4 Weeks"),
        ],
        "Age of Open Orders",
        readonly=True,
    )
    backlog_days = fields.Float("Days Open", readonly=True, aggregator="avg")
    order_count = fields.Integer("Orders", readonly=True)
    response_rate = fields.Float(
        "Answered in Time (%)", aggregator="avg", readonly=True
    )
    arrival_rate = fields.Float("On Site in Time (%)", aggregator="avg", readonly=True)
    finish_rate = fields.Float("Done in Time (%)", aggregator="avg", readonly=True)
    first_time_rate = fields.Float(
        "Fixed the First Time (%)",
        aggregator="avg",
        readonly=True,
        help="Faults that were done with one visit, not redone, and not reported "
        "again; who comes back with a part has made two.",
    )
    redo_rate = fields.Float("Redone (%)", aggregator="avg", readonly=True)
    repeat_rate = fields.Float("Repeat Faults (%)", aggregator="avg", readonly=True)
    urge_count = fields.Integer("Urged", readonly=True)
    rating = fields.Float("Score (1 to 5)", aggregator="avg", readonly=True)
    hours_to_done = fields.Float("Hours until Done", aggregator="avg", readonly=True)
    hours = fields.Float("Hours Worked", readonly=True)
    cost = fields.Float(readonly=True, groups="pm_maintenance.group_pm_dispatcher")
    cost_each = fields.Float(
        "Cost of an Order",
        aggregator="avg",
        readonly=True,
        groups="pm_maintenance.group_pm_dispatcher",
    )

    def _order_selection(self, name):
        """Choices of orders, in the language of the user."""
        orders = self.env["maintenance.request"]
        return orders._fields[name]._description_selection(self.env)

    @property
    def _table_query(self):
        return SQL(
            """
            WITH clock AS (
                SELECT clock.res_id,
                       target.code,
                       CASE WHEN clock.state = 'met' THEN 100.0
                            WHEN clock.state = 'missed' THEN 0.0
                            WHEN clock.state IN ('running', 'paused')
                             AND clock.deadline < now() AT TIME ZONE 'UTC' THEN 0.0
                       END AS rate
                  FROM pm_sla_clock clock
                  JOIN pm_sla_target target ON target.id = clock.target_id
                 WHERE clock.res_model = 'maintenance.request'
                   AND target.code IN ('response', 'arrival', 'finish')
            ), kept AS (
                SELECT res_id,
                       max(rate) FILTER (WHERE code = 'response') AS response_rate,
                       max(rate) FILTER (WHERE code = 'arrival') AS arrival_rate,
                       max(rate) FILTER (WHERE code = 'finish') AS finish_rate
                  FROM clock
                 WHERE rate IS NOT NULL
                 GROUP BY res_id
            ), visit AS (
                SELECT request_id, count(*) AS visits
                  FROM pm_order_step
                 WHERE step = 'arrive' OR (step = 'resume' AND state = 'on_site')
                 GROUP BY request_id
            )
            SELECT request.id,
                   request.id AS request_id,
                   1 AS order_count,
                   request.company_id,
                   request.estate_id,
                   request.building_id,
                   request.property_id,
                   request.equipment_id,
                   request.fault_category_id AS category_id,
                   request.urgency,
                   request.payer,
                   request.state,
                   request.channel_id,
                   request.user_id,
                   request.supplier_id,
                   request.problem_id,
                   request.cause_id,
                   request.remedy_id,
                   request.reported_at,
                   request.done_at,
                   CASE WHEN NOT is_open THEN NULL
                        WHEN age.days < 1 THEN '1'
                        WHEN age.days < 3 THEN '2'
                        WHEN age.days < 7 THEN '3'
                        WHEN age.days < 28 THEN '4'
                        ELSE '5'
                   END AS backlog_age,
                   CASE WHEN is_open THEN age.days END AS backlog_days,
                   kept.response_rate,
                   kept.arrival_rate,
                   kept.finish_rate,
                   CASE WHEN is_done AND is_fault THEN
                        CASE WHEN request.redo_count > 0 OR visit.visits > 1
                               OR EXISTS (
                                  SELECT FROM maintenance_request again
                                    JOIN pm_fault_category category
                                      ON category.id = again.fault_category_id
                                   WHERE again.property_id = request.property_id
                                     AND again.fault_category_id
                                         = request.fault_category_id
                                     AND again.is_repeat
                                     AND again.state <> 'cancelled'
                                     AND again.reported_at > request.done_at
                                     AND again.reported_at <= request.done_at
                                         + category.repeat_days * INTERVAL '1 day'
                               )
                             THEN 0.0 ELSE 100.0 END
                   END AS first_time_rate,
                   CASE WHEN is_done OR request.redo_count > 0 THEN
                        CASE WHEN request.redo_count > 0 THEN 100.0 ELSE 0.0 END
                   END AS redo_rate,
                   CASE WHEN is_fault THEN
                        CASE WHEN request.is_repeat THEN 100.0 ELSE 0.0 END
                   END AS repeat_rate,
                   coalesce(request.urge_count, 0) AS urge_count,
                   request.rating::float AS rating,
                   extract(epoch FROM request.done_at - request.reported_at) / 3600
                       AS hours_to_done,
                   request.hours,
                   request.cost,
                   nullif(request.cost, 0) AS cost_each
              FROM maintenance_request request
              LEFT JOIN kept ON kept.res_id = request.id
              LEFT JOIN visit ON visit.request_id = request.id
             CROSS JOIN LATERAL (
                    SELECT request.state IN ('done', 'verified', 'closed') AS is_done,
                           request.state NOT IN ('done', 'verified', 'closed',
                                                 'cancelled') AS is_open,
                           request.maintenance_type = 'corrective' AS is_fault
                   ) phase
             CROSS JOIN LATERAL (
                    SELECT extract(
                        epoch FROM now() AT TIME ZONE 'UTC' - request.reported_at
                    ) / 86400 AS days
                   ) age
             WHERE request.property_id IS NOT NULL
               AND request.state <> 'cancelled'
            """
        )
