from odoo import fields, models


class MaintenanceTeam(models.Model):
    _inherit = "maintenance.team"

    pm_estate_id = fields.Many2one(
        "pm.property",
        "Estate",
        domain="[('kind', '=', 'estate')]",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Mail to the alias of the team becomes an order of this estate.",
    )
