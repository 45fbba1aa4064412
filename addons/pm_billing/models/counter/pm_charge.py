from datetime import date

from odoo import models


class PmCharge(models.Model):
    _inherit = "pm.charge"

    def _settle_key(self, rule):
        """Sort key of open charges by the rule of the company, see ``pm.receipt``."""
        self.ensure_one()
        order = "9" if self.late_of_id else self.fee_item_id.settle_order
        if rule == "late_last":
            order = "9" if order == "9" else "5"
        elif rule == "late_first":
            order = "0" if self.late_of_id else "5"
        elif rule == "oldest":
            order = "5"
        return (order, self.date_due or self.date_from, self.date_from, self.id)

    def _late_key(self, rule):
        """Sort key that the late fee of this charge will have, as it is booked."""
        self.ensure_one()
        order = {"late_first": "0", "oldest": "5"}.get(rule, "9")
        return (order, date.max, self.date_from, self.id)
