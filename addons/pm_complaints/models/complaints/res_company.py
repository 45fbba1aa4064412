from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    pm_objection_days = fields.Integer(
        "Days to Object",
        default=15,
        help="So many days after its closure a customer can say that a complaint is "
        "not over; after them it is a new case.",
    )

    _pm_objection_days = models.Constraint(
        "CHECK (pm_objection_days >= 0)", "Days to object cannot be below 0."
    )
