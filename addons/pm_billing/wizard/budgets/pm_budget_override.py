from odoo import fields, models


class PmBudgetOverride(models.TransientModel):
    """Who lets a purchase exceed the budget says why."""

    _name = "pm.budget.override"
    _description = "Override of a Budget"

    order_id = fields.Many2one("purchase.order", "Purchase", required=True)
    reason = fields.Char(required=True)

    def action_override(self):
        """Note name and reason on the purchase, which may then be confirmed."""
        self.order_id.check_access("read")
        self.order_id._pm_override(self.reason)
