from odoo import fields, models
from odoo.exceptions import UserError


class PmContract(models.Model):
    _inherit = "pm.contract"

    fee_ids = fields.One2many("pm.fee", "contract_id", "Fees of Properties")
    fee_count = fields.Integer(compute="_compute_fee_count")

    def _compute_fee_count(self):
        counts = dict(
            self.env["pm.fee"]._read_group(
                [("contract_id", "in", self.ids)], ["contract_id"], ["__count"]
            )
        )
        for contract in self:
            contract.fee_count = counts.get(contract, 0)

    def action_apply_fees(self):
        """Put the agreed fees on the properties in scope that lack them.

        :raises UserError: no fee of the contract names a fee item
        """
        for contract in self:
            if not contract.line_ids.fee_item_id:
                raise UserError(
                    self.env._(
                        "The contract %s has no fee with a fee item. Choose one on the "
                        "tab Fees.",
                        contract.display_name,
                    )
                )
            self.env["pm.fee"].create(contract.line_ids._missing_fees())

    def action_end(self):
        """End the fees of the contract with it, but not before what is charged."""
        result = super().action_end()
        for contract in self:
            running = contract.fee_ids.filtered(
                lambda fee, end=contract.date_to: not fee.date_to or fee.date_to > end
            )
            charged = dict(
                self.env["pm.charge"]._read_group(
                    [("fee_id", "in", running.ids), ("state", "!=", "cancelled")],
                    ["fee_id"],
                    ["date_to:max"],
                )
            )
            for fee in running:
                last = max(contract.date_to, charged.get(fee, contract.date_to))
                fee.date_to = max(last, fee.date_from)
        return result

    def action_view_fees(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("pm_billing.pm_fee_action"),
            "domain": [("contract_id", "=", self.id)],
            "context": {},
        }
