from odoo import fields, models

from ..orders.pm_fault_category import URGENCIES


class PmEmergencyPlanOrder(models.Model):
    """A work order that is made when the plan is activated, once."""

    _name = "pm.emergency.plan.order"
    _description = "Work Order of an Emergency Plan"
    _inherit = ["pm.emergency.plan.part"]
    _order = "plan_id, sequence, id"
    _plan_field = "order_ids"

    plan_id = fields.Many2one(
        "pm.emergency.plan", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    name = fields.Char("What Is to Be Done", required=True, translate=True)
    fault_category_id = fields.Many2one("pm.fault.category", ondelete="restrict")
    urgency = fields.Selection(URGENCIES, required=True, default="danger")

    def _version_text(self):
        return self.name
