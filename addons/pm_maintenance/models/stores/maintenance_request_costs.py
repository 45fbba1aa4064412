from odoo import api, fields, models


class MaintenanceRequest(models.Model):
    """What an order costs: hours at the rate of the post, materials, contractors."""

    _inherit = "maintenance.request"

    purchase_line_ids = fields.One2many(
        "purchase.order.line",
        "request_id",
        "Lines of Purchases",
        readonly=True,
        groups="pm_maintenance.group_pm_dispatcher,pm_maintenance.group_pm_storekeeper",
    )
    material_cost = fields.Monetary(
        "Cost of Materials",
        compute="_compute_material_cost",
        store=True,
        compute_sudo=True,
        groups="pm_maintenance.group_pm_dispatcher",
    )
    contractor_cost = fields.Monetary(
        compute="_compute_contractor_cost",
        store=True,
        readonly=False,
        compute_sudo=True,
        help="Of the jobs that were ordered for it, as billed; where none was ordered "
        "through a purchase, as entered here.",
    )
    cost = fields.Monetary(
        help="Hours at the rate of the post, materials, and the contractor's bill."
    )

    @api.depends("material_ids.cost")
    def _compute_material_cost(self):
        for order in self:
            order.material_cost = sum(order.material_ids.mapped("cost"))

    @api.depends("purchase_line_ids.job_cost")
    def _compute_contractor_cost(self):
        for order in self:
            jobs = order.purchase_line_ids.filtered(
                lambda line: line.product_id.type == "service"
            )
            ordered = sum(jobs.mapped("job_cost"))
            order.contractor_cost = ordered if jobs else order.contractor_cost

    @api.depends("labour_cost", "material_cost", "contractor_cost")
    def _compute_cost(self):
        for order in self:
            order.cost = order.labour_cost + order.material_cost + order.contractor_cost

    def _tell_materials_there(self):
        """Whoever does the order, or gives it out, learns that nothing is missing."""
        for order in self.sudo():
            missing = order.material_ids.filtered(
                lambda line: line.state == "wanted" and line.missing
            )
            if missing or order.state not in ("accepted", "paused", "on_site"):
                continue
            user = order.user_id
            if not user:
                continue
            env = order.with_context(lang=user.lang).env
            order.message_notify(
                partner_ids=user.partner_id.ids,
                subject=env._("The materials of %s are there", order.display_name),
                body=env._(
                    "All that %s waited for is kept ready in the store.",
                    order.display_name,
                ),
            )
