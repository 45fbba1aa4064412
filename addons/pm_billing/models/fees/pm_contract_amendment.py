from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class PmContractAmendment(models.Model):
    _inherit = "pm.contract.amendment"

    billed_periods = fields.Selection(
        [
            ("adjust", "Bill the difference"),
            ("keep", "Keep the old price"),
        ],
        "Periods Billed Already",
        default="adjust",
        required=True,
        help="Properties may be charged beyond the effective day already, for example "
        "because a year was paid in advance. Either the next bill run gives the old "
        "price of those days back and charges the new one, or the new terms hold for "
        "those properties from the first period that is not charged.",
    )

    billed_count = fields.Integer(
        compute="_compute_billed_count",
        compute_sudo=True,
        help="Properties of the contract that are charged beyond the effective day.",
    )

    @api.depends("contract_id", "date_effective")
    def _compute_billed_count(self):
        charged = defaultdict(list)
        for fee, prop, last in self.env["pm.charge"]._read_group(
            [
                ("fee_id.contract_id", "in", self.contract_id.ids),
                ("state", "!=", "cancelled"),
                ("origin_id", "=", False),
            ],
            ["fee_id", "property_id"],
            ["date_to:max"],
        ):
            charged[fee.contract_id].append((prop, last))
        for amendment in self:
            day = amendment.date_effective
            found = charged[amendment.contract_id._origin] if day else []
            amendment.billed_count = len({prop for prop, last in found if last >= day})

    def write(self, vals):
        if "billed_periods" in vals and not self.env.su:
            self._check_open()
        return super().write(vals)

    def _check_dates(self):
        result = super()._check_dates()
        self._check_billing()
        return result

    def _check_billing(self):
        """Refuse what the bills could not follow.

        :raises ValidationError: a price that changes within a month which the fee
            item charges as a whole
        """
        day = self.date_effective
        for row in self.fee_ids.filtered(lambda row: row.line_id and row._changes()):
            item = row.line_id.fee_item_id
            if day.day != 1 and item and item.proration != "days":
                raise ValidationError(
                    self.env._(
                        "%(fee)s is charged by whole months: let its price change with "
                        "the first day of a month, not on %(day)s.",
                        fee=row.name,
                        day=fields.Date.to_string(day),
                    )
                )

    def _take_effect(self):
        result = None
        for amendment in self:
            if amendment.billed_periods == "keep":
                amendment = amendment._as_step("pm_keep_billed")
            result = super(PmContractAmendment, amendment)._take_effect()
        return result
