from odoo import fields, models


class PmProperty(models.Model):
    _inherit = "pm.property"

    fee_ids = fields.One2many("pm.fee", "property_id", "Fees")
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_open = fields.Monetary(
        "Open Amount",
        compute="_compute_amount_open",
        groups="pm_core.group_pm_service,pm_billing.group_pm_cashier,"
        "pm_billing.group_pm_billing_clerk",
        help="What is billed and not paid, here and below; tax included.",
    )

    def _compute_amount_open(self):
        """Sum the open charges of each node and what is below, with one query."""
        totals = {}
        if self.ids:
            self.env["pm.charge"].flush_model()
            self.flush_model(["parent_path"])
            self.env.cr.execute(
                """
                SELECT node.id, sum(charge.amount_residual)
                  FROM pm_property node
                  JOIN pm_property part
                    ON part.parent_path ~>=~ node.parent_path
                   AND part.parent_path ~<~ (node.parent_path || ':')
                  JOIN pm_charge charge
                    ON charge.property_id = part.id
                   AND charge.amount_residual > 0
                 WHERE node.id = ANY(%s)
                 GROUP BY node.id
                """,
                [self.ids],
            )
            totals = dict(self.env.cr.fetchall())
        for prop in self:
            prop.amount_open = totals.get(prop._origin.id, 0.0)

    def action_open_counter(self):
        """Take a payment for this property."""
        self.ensure_one()
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "pm_billing.pm_counter_action"
            ),
            "context": {"default_property_id": self.id},
        }
