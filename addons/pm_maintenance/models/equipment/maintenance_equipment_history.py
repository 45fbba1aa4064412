from odoo import fields, models

# what was found last, as many as are read on a page
SHOWN = 40


class MaintenanceEquipment(models.Model):
    """What happened to a machine, on one page: orders, inspections, readings, costs."""

    _inherit = "maintenance.equipment"

    currency_id = fields.Many2one(related="company_id.currency_id")
    order_cost = fields.Monetary(
        "Cost of Orders",
        compute="_compute_order_cost",
        groups="pm_maintenance.group_pm_dispatcher",
        help="Working time, materials and contractors' bills of all its orders.",
    )
    found_line_ids = fields.Many2many(
        "pm.inspection.line",
        string="Found on Rounds",
        compute="_compute_found_line_ids",
        groups="pm_core.group_pm_user",
    )

    def _compute_order_cost(self):
        costs = dict(
            self.env["maintenance.request"]
            .sudo()
            ._read_group(
                [("equipment_id", "in", self.ids), ("property_id", "!=", False)],
                ["equipment_id"],
                ["cost:sum"],
            )
        )
        for machine in self:
            machine.order_cost = costs.get(machine._origin, 0)

    def _domain_found(self):
        return [
            ("point_id.equipment_id", "in", self.ids),
            ("answered_at", "!=", False),
        ]

    def _compute_found_line_ids(self):
        """Of each the last ones; by the rights of who looks."""
        lines = self.env["pm.inspection.line"].search(
            self._domain_found(),
            order="answered_at desc, id desc",
            limit=SHOWN * max(len(self), 1),
        )
        of_machine = lines.grouped(lambda line: line.point_id.equipment_id)
        for machine in self:
            machine.found_line_ids = of_machine.get(machine._origin, lines[:0])[:SHOWN]

    def action_view_found(self):
        """All that was found at this machine on rounds."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Found on Rounds"),
            "res_model": "pm.inspection.line",
            "view_mode": "list,kanban",
            "domain": self._domain_found(),
            "context": {"create": False},
        }
