from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


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

        :raises UserError: we pay, or no fee of the contract names a fee item
        """
        for contract in self:
            if contract.side == "supplier":
                raise UserError(
                    self.env._(
                        "By the contract %s we pay a supplier; its fees are charged to "
                        "nobody. Enter the supplier's bills in accounting.",
                        contract.display_name,
                    )
                )
            if not contract.line_ids.fee_item_id:
                raise UserError(
                    self.env._(
                        "The contract %s has no fee with a fee item. Choose one on the "
                        "tab Fees.",
                        contract.display_name,
                    )
                )
            self.env["pm.fee"].create(contract.line_ids._missing_fees())

    def _last_day_changed(self, before):
        """Let the fees follow the contract.

        What is billed beyond its last day is given back by the next bill run.
        """
        result = super()._last_day_changed(before)
        ends = {}
        for contract in self:
            end, so_far = contract.date_end, before[contract]
            for fee in contract.fee_ids:
                if end and (not fee.date_to or fee.date_to > end):
                    last = fee._last_day_by(end)
                elif fee.date_to and so_far and fee.date_to == fee._last_day_by(so_far):
                    # it ended with the contract, which now goes on
                    agreed = fee.contract_line_id.date_to
                    last = min(filter(None, (agreed, end)), default=False)
                else:
                    continue
                ends.setdefault(last, []).append(fee.id)
        for last, fee_ids in ends.items():
            self.env["pm.fee"].browse(fee_ids).date_to = last
        return result

    def _amended(self, amendment, before):
        """Let the fees follow another scope from the effective day."""
        super()._amended(amendment, before)
        if "property_ids" not in before:
            return
        day = amendment.date_effective
        charged = Domain("id", "in", self.fee_ids.property_id.ids)
        inside, before_inside = (
            self.env["pm.property"].search(
                charged & Domain("id", "child_of", (scope or self.estate_id).ids)
            )
            for scope in (self.property_ids, before["property_ids"])
        )
        whole = self.fee_ids.filtered("is_whole")
        whole.property_id = self._charged_as_a_whole()
        left = (self.fee_ids - whole).filtered(
            lambda fee: fee.property_id not in inside
        )
        left._end_before(day)
        running = self.line_ids.filtered(
            lambda line: not line.date_to or line.date_to >= day
        )
        self.env["pm.fee"].create(
            [
                {
                    **vals,
                    "date_from": max(vals["date_from"], day),
                    "bill_from_start": True,
                }
                for vals in running._missing_fees(returned=inside - before_inside)
            ]
        )

    def _charged_as_a_whole(self):
        """Return where one amount for all is charged: the one place, or the estate."""
        self.ensure_one()
        places = self.property_ids
        return places if len(places) == 1 else self.estate_id

    def action_view_fees(self):
        self.ensure_one()
        self.check_access("read")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("pm_billing.pm_fee_action"),
            "domain": [("contract_id", "=", self.id)],
            "context": {},
        }
