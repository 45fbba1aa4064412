from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    pm_order_count = fields.Integer(
        "Orders", compute="_compute_pm_order_count", groups="pm_core.group_pm_user"
    )

    def _compute_pm_order_count(self):
        counts = dict(
            self.env["maintenance.request"]._read_group(
                [("partner_id", "in", self.ids), ("property_id", "!=", False)],
                ["partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.pm_order_count = counts.get(partner, 0)

    def action_view_pm_orders(self):
        """Open the orders that this customer reported."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pm_maintenance.maintenance_request_action"
        )
        action["domain"] = [("partner_id", "=", self.id)]
        action["context"] = {"default_partner_id": self.id}
        return action
