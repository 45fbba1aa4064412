from odoo import fields, models

from .maintenance_request import OPEN


class PmProperty(models.Model):
    _name = "pm.property"
    _inherit = ["pm.property", "pm.report.code.mixin"]

    order_count = fields.Integer(
        "Open Orders",
        compute="_compute_order_count",
        groups="pm_core.group_pm_user",
    )

    def _compute_order_count(self):
        """Open orders here and below, counted once for all."""
        orders = self.env["maintenance.request"]
        counts = dict(
            orders._read_group(
                [("property_id", "child_of", self.ids), ("state", "in", OPEN)],
                ["property_id"],
                ["__count"],
            )
        )
        for place in self:
            prefix = place.parent_path or "-"
            place.order_count = sum(
                count
                for node, count in counts.items()
                if (node.parent_path or "").startswith(prefix)
            )

    def action_view_orders(self):
        """Open the orders of this place and what is below it."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "pm_maintenance.maintenance_request_action"
        )
        action["domain"] = [("property_id", "child_of", self.id)]
        action["context"] = {"default_property_id": self.id}
        return action

    def _report_place(self):
        return self
