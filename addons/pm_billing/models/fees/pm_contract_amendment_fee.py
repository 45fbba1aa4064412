from odoo import api, models


class PmContractAmendmentFee(models.Model):
    _name = "pm.contract.amendment.fee"
    _inherit = ["pm.fee.agreed.mixin", "pm.contract.amendment.fee"]

    def _item_to_start_from(self):
        # what is amended starts from what was agreed so far
        if self.line_id:
            return self.fee_item_id.browse()
        return super()._item_to_start_from()

    @api.model
    def _fee_fields(self):
        return [
            *super()._fee_fields(),
            "fee_item_id",
            "property_kind",
            "property_usage",
        ]
