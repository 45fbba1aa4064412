from odoo import Command, fields, models


class PmInspectionPlanApply(models.TransientModel):
    """Make plans of templates at an estate: one for each template."""

    _name = "pm.inspection.plan.apply"
    _description = "Make Inspection Plans"

    template_ids = fields.Many2many(
        "pm.inspection.template", string="Templates", required=True
    )
    property_id = fields.Many2one("pm.property", "Estate or Place", required=True)
    estate_id = fields.Many2one(related="property_id.estate_id")
    point_ids = fields.Many2many(
        "pm.inspection.point",
        string="Points",
        domain="[('estate_id', '=', estate_id)]",
        help="Where these plans stop; others can be added in the plan.",
    )
    schedule_start = fields.Date(
        "First Day", required=True, default=fields.Date.context_today
    )

    def action_apply(self):
        """Make the plans, with copies of the templates' items, and open them."""
        self.ensure_one()
        plans = self.env["pm.inspection.plan"].create(
            [
                template._plan_values(self.property_id, self.schedule_start)
                for template in self.template_ids
            ]
        )
        for plan, template in zip(plans, self.template_ids, strict=True):
            template._copy_into(plan)
        plans.stop_ids = [
            Command.create({"point_id": point.id, "sequence": number})
            for number, point in enumerate(self.point_ids, 1)
        ]
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pm_maintenance.pm_inspection_plan_action"
        )
        action["domain"] = [("id", "in", plans.ids)]
        return action
