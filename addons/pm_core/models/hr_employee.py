from odoo import fields, models


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    pm_estate_id = fields.Many2one(
        "pm.property",
        "Works at",
        index="btree_not_null",
        domain="[('kind', '=', 'estate')]",
        check_company=True,
        help="The estate where the employee works; empty: the head office.",
    )
