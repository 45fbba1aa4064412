from odoo import fields, models
from odoo.exceptions import UserError


class PmMaintenancePlanApply(models.TransientModel):
    """Make the plans of some templates for chosen machines or places in one go."""

    _name = "pm.maintenance.plan.apply"
    _description = "Apply Maintenance Templates"

    template_ids = fields.Many2many(
        "pm.maintenance.plan.template", string="Templates", required=True
    )
    equipment_ids = fields.Many2many(
        "maintenance.equipment",
        string="Machines",
        domain="[('property_id', '!=', False)]",
        default=lambda self: self._default_equipment(),
    )
    property_ids = fields.Many2many(
        "pm.property", string="Places", help="Served themselves, without a machine."
    )
    schedule_start = fields.Date(
        "First Day", required=True, default=fields.Date.context_today
    )

    def _default_equipment(self):
        if self.env.context.get("active_model") == "maintenance.equipment":
            return self.env.context.get("active_ids")
        return False

    def action_apply(self):
        """:raises UserError: neither a machine nor a place is chosen"""
        self.ensure_one()
        if not self.equipment_ids and not self.property_ids:
            raise UserError(self.env._("Choose the machines or the places."))
        plans = self.template_ids._apply(
            self.equipment_ids, self.property_ids, self.schedule_start
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pm_maintenance.pm_maintenance_plan_action"
        )
        action["domain"] = [("id", "in", plans.ids)]
        return action
