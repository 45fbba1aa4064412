from odoo import fields, models
from odoo.tools import SQL


class PmPraise(models.Model):
    """Praise of a person, one row for each whom it names: what KPIs count.

    A view over complaints of that kind. It says who was praised when and where, and
    nothing of what was written, which is read with the complaint.
    """

    _name = "pm.praise"
    _description = "Praise of a Person"
    _auto = False
    _order = "received_at desc, id desc"
    _rec_name = "employee_id"
    _depends = {
        "pm.complaint": [
            "kind",
            "state",
            "praised_employee_ids",
            "property_id",
            "estate_id",
            "company_id",
            "received_at",
        ],
        "hr.employee": ["user_id"],
    }

    complaint_id = fields.Many2one("pm.complaint", "Praise", readonly=True)
    employee_id = fields.Many2one("hr.employee", "Praised", readonly=True)
    user_id = fields.Many2one("res.users", "Login", readonly=True)
    estate_id = fields.Many2one("pm.property", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    received_at = fields.Datetime(readonly=True)

    @property
    def _table_query(self):
        # the rank keeps rows of one praise apart; nobody names a thousand people
        return SQL(
            """
            SELECT praise.id::bigint * 1000
                   + row_number() OVER (
                       PARTITION BY praise.id ORDER BY named.employee_id
                   ) AS id,
                   praise.id AS complaint_id,
                   named.employee_id,
                   employee.user_id,
                   praise.estate_id,
                   praise.company_id,
                   praise.received_at
              FROM pm_complaint_praised_employee_rel named
              JOIN pm_complaint praise ON praise.id = named.complaint_id
              JOIN hr_employee employee ON employee.id = named.employee_id
             WHERE praise.kind = 'praise'
               AND praise.state NOT IN ('withdrawn', 'invalid', 'merged')
            """
        )
