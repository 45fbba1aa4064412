from odoo import fields, models
from odoo.exceptions import UserError


class PmEmergencySetup(models.TransientModel):
    """Gives estates plans and drills of their own from the shared ones, in one go."""

    _name = "pm.emergency.setup"
    _description = "Plans and Drills for Estates"

    estate_ids = fields.Many2many(
        "pm.property",
        string="Estates",
        required=True,
        domain="[('kind', '=', 'estate')]",
        default=lambda self: self.env["pm.property"]._only_estate(),
    )
    plan_ids = fields.Many2many(
        "pm.emergency.plan",
        string="Shared Plans",
        domain="[('estate_id', '=', False), ('state', '=', 'in_force')]",
        default=lambda self: self.env["pm.emergency.plan"].search(
            [("estate_id", "=", False), ("state", "=", "in_force")]
        ),
    )
    drill_template_ids = fields.Many2many(
        "pm.emergency.drill.template",
        string="Drills",
        help="At the interval of the law; choose what holds for these estates.",
    )
    schedule_start = fields.Date(
        "First Drill on", required=True, default=fields.Date.context_today
    )

    def action_apply(self):
        """:raises UserError: neither plans nor drills are chosen"""
        self.ensure_one()
        if not self.plan_ids and not self.drill_template_ids:
            raise UserError(self.env._("Choose plans or drills."))
        self.plan_ids._apply(self.estate_ids)
        self.drill_template_ids._apply(self.estate_ids, self.schedule_start)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pm_maintenance.pm_emergency_plan_action"
        )
        action["domain"] = [("estate_id", "in", self.estate_ids.ids)]
        action["context"] = {}
        return action
