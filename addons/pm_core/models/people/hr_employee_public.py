from odoo import fields, models


class HrEmployeePublic(models.Model):
    _inherit = "hr.employee.public"

    pm_estate_id = fields.Many2one("pm.property", "Works at", readonly=True)
