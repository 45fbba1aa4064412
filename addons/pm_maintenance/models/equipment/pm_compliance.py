from odoo import api, fields, models
from odoo.tools import SQL


class PmCompliance(models.Model):
    """What the law asks for, on the day on which it is due: one calendar of all of it.

    A view over the orders of statutory plans and the next day of each, statutory
    drills, and papers of machines and places that expire. What is overdue, soon or
    done follows from the day at the estate when it is looked at.
    """

    _name = "pm.compliance"
    _description = "What the Law Asks For"
    _auto = False
    _order = "date, id"
    _rec_name = "kind"
    _depends = {
        "maintenance.request": [
            "plan_id",
            "planned_day",
            "property_id",
            "equipment_id",
            "estate_id",
            "company_id",
            "state",
            "done_at",
        ],
        "pm.maintenance.plan": [
            "is_statutory",
            "active",
            "day_to_come",
            "equipment_id",
            "property_id",
            "estate_id",
            "company_id",
        ],
        "maintenance.equipment": ["property_id", "estate_id", "active", "pm_state"],
        "pm.emergency.drill": ["planned_day", "state", "estate_id", "company_id"],
        "pm.emergency.drill.plan": ["is_statutory"],
        "pm.document": ["res_model", "res_id", "date_expiry", "has_file", "active"],
        "pm.document.type": ["is_personal"],
        "pm.property": ["tz", "company_id", "estate_id"],
    }

    kind = fields.Selection(
        [
            ("order", "Work Order"),
            ("plan", "To Come"),
            ("drill", "Drill"),
            ("paper", "Paper That Expires"),
        ],
        "What",
        readonly=True,
    )
    date = fields.Date("Due on", readonly=True)
    state = fields.Selection(
        [
            ("overdue", "Overdue"),
            ("soon", "Within 30 Days"),
            ("later", "Later"),
            ("done", "Done"),
        ],
        readonly=True,
    )
    color = fields.Integer(readonly=True, aggregator=None)
    estate_id = fields.Many2one("pm.property", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    property_id = fields.Many2one("pm.property", "Place", readonly=True)
    equipment_id = fields.Many2one("maintenance.equipment", "Machine", readonly=True)
    plan_id = fields.Many2one("pm.maintenance.plan", readonly=True)
    request_id = fields.Many2one("maintenance.request", "Order", readonly=True)
    drill_id = fields.Many2one("pm.emergency.drill", readonly=True)
    document_id = fields.Many2one("pm.document", readonly=True)

    @api.depends("plan_id", "drill_id", "document_id", "equipment_id", "property_id")
    def _compute_display_name(self):
        """What it is, and of what, in the reader's language."""
        for row in self:
            one = row.sudo()
            what = one.plan_id.name or one.drill_id.type_id.name
            what = what or one.document_id.display_name or ""
            where = one.equipment_id.name or one.property_id.display_name or ""
            row.display_name = " · ".join(filter(None, (what, where)))

    def action_open(self):
        """The order, plan, drill, machine or place that it is about."""
        self.ensure_one()
        self.check_access("read")
        about = self.request_id or self.drill_id or self.equipment_id
        about = about or self.plan_id or self.property_id
        return {
            "type": "ir.actions.act_window",
            "res_model": about._name,
            "res_id": about.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT due.*,
                   CASE WHEN due.is_done THEN 'done'
                        WHEN due.date < today.day THEN 'overdue'
                        WHEN due.date <= today.day + 30 THEN 'soon'
                        ELSE 'later' END AS state,
                   CASE WHEN due.is_done THEN 10
                        WHEN due.date < today.day THEN 1
                        WHEN due.date <= today.day + 30 THEN 3
                        ELSE 4 END AS color
              FROM (%s) due
              JOIN pm_property estate ON estate.id = due.estate_id,
           LATERAL (SELECT (now() AT TIME ZONE coalesce(estate.tz, 'UTC'))::date AS day
                   ) today
            """,
            SQL(" UNION ALL ").join(
                SQL("(%s)", part)
                for part in (
                    self._sql_orders(),
                    self._sql_plans(),
                    self._sql_drills(),
                    self._sql_papers(),
                )
            ),
        )

    @api.model
    def _sql_orders(self):
        return SQL(
            """
            SELECT request.id::bigint * 4 AS id, 'order' AS kind,
                   request.planned_day AS date, request.estate_id, request.company_id,
                   request.property_id, request.equipment_id, request.plan_id,
                   request.id AS request_id, NULL::int AS drill_id,
                   NULL::int AS document_id, request.done_at IS NOT NULL AS is_done
              FROM maintenance_request request
              JOIN pm_maintenance_plan plan ON plan.id = request.plan_id
             WHERE plan.is_statutory
               AND request.state <> 'cancelled'
               AND request.planned_day IS NOT NULL
            """
        )

    @api.model
    def _sql_plans(self):
        """The next day of plans, as long as it has no order."""
        return SQL(
            """
            SELECT plan.id::bigint * 4 + 1, 'plan', plan.day_to_come, plan.estate_id,
                   plan.company_id, plan.property_id, plan.equipment_id, plan.id,
                   NULL, NULL, NULL, FALSE
              FROM pm_maintenance_plan plan
              LEFT JOIN maintenance_equipment machine ON machine.id = plan.equipment_id
             WHERE plan.is_statutory
               AND plan.active
               AND plan.day_to_come IS NOT NULL
               AND (machine.id IS NULL
                    OR (machine.active AND machine.pm_state IN ('running', 'down')))
            """
        )

    @api.model
    def _sql_drills(self):
        return SQL(
            """
            SELECT drill.id::bigint * 4 + 2, 'drill', drill.planned_day,
                   drill.estate_id, drill.company_id, drill.estate_id, NULL, NULL,
                   NULL, drill.id, NULL, drill.state = 'held'
              FROM pm_emergency_drill drill
              JOIN pm_emergency_drill_plan plan ON plan.id = drill.drill_plan_id
             WHERE plan.is_statutory AND drill.state <> 'cancelled'
            """
        )

    @api.model
    def _sql_papers(self):
        """Of several papers of one kind the one that lasts longest counts."""
        return SQL(
            """
            SELECT DISTINCT ON (paper.res_model, paper.res_id, paper.type_id)
                   paper.id::bigint * 4 + 3, 'paper', paper.date_expiry,
                   place.estate_id, place.company_id, place.id, machine.id, NULL::int,
                   NULL::int, NULL::int, paper.id, FALSE
              FROM pm_document paper
              JOIN pm_document_type kind ON kind.id = paper.type_id
              LEFT JOIN maintenance_equipment machine
                     ON paper.res_model = 'maintenance.equipment'
                    AND machine.id = paper.res_id
              JOIN pm_property place
                ON place.id = CASE WHEN paper.res_model = 'pm.property'
                                   THEN paper.res_id ELSE machine.property_id END
             WHERE paper.date_expiry IS NOT NULL
               AND paper.has_file
               AND paper.active
               AND NOT coalesce(kind.is_personal, FALSE)
               AND (machine.id IS NULL OR machine.active)
             ORDER BY paper.res_model, paper.res_id, paper.type_id,
                      paper.date_expiry DESC
            """
        )
