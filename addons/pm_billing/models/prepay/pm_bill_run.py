from odoo import models


class PmBillRun(models.Model):
    """Months that are paid ahead are charged with their discount."""

    _inherit = "pm.bill.run"

    def _begin_prepare(self):
        self._drop_discounts()
        return super()._begin_prepare()

    def _begin_undo(self):
        self._drop_discounts()
        return super()._begin_undo()

    def _drop_discounts(self):
        """Discounts go before the charges that they stand beside."""
        self.charge_ids.filtered(
            lambda row: row.state == "draft" and row.correction == "discount"
        ).unlink()

    def _link_charges(self, charges, facts):
        result = super()._link_charges(charges, facts)
        charges._add_discounts()
        return result
