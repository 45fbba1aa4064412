from odoo import fields, models


class PmEmergencyPlanMaterial(models.Model):
    """What is needed, how much of it, and where it is kept."""

    _name = "pm.emergency.plan.material"
    _description = "Material for an Emergency"
    _inherit = ["pm.emergency.plan.part"]
    _order = "plan_id, sequence, id"
    _plan_field = "material_ids"

    plan_id = fields.Many2one(
        "pm.emergency.plan", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    quantity = fields.Char(help="For example 4 pcs.")
    property_id = fields.Many2one(
        "pm.property", "Kept at", ondelete="restrict", index="btree_not_null"
    )
    place = fields.Char("Where", translate=True, help="Room, cabinet, shelf.")

    def _version_text(self):
        where = self.property_id.display_name or self.place
        return " · ".join(filter(None, (self.name, self.quantity, where)))
