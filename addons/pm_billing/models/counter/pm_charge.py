from odoo import models


class PmCharge(models.Model):
    _inherit = "pm.charge"

    def _settle_key(self, rule):
        """Sort key of open charges by the rule of the company, see ``pm.receipt``."""
        self.ensure_one()
        order = "9" if self.late_of_id else self.fee_item_id.settle_order
        if rule == "late_last":
            order = "9" if order == "9" else "5"
        return (order, self.date_due or self.date_from, self.date_from, self.id)
