from odoo import fields, models
from odoo.exceptions import ValidationError


class PmContractAmendment(models.Model):
    _inherit = "pm.contract.amendment"

    billed_periods = fields.Selection(
        [
            ("refuse", "Must be undone first"),
            ("keep", "Keep the old price"),
        ],
        "Periods Billed Already",
        default="refuse",
        required=True,
        help="Properties may be charged beyond the effective day already, for example "
        "because a year was paid in advance. Either those charges are undone before "
        "the amendment is submitted, or the new price holds for them from the first "
        "period that is not charged.",
    )

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
        :raises UserError: properties that are charged beyond the effective day
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
            if self.billed_periods == "refuse":
                row.line_id.sudo().fee_ids._check_not_charged_from(day)

    def _enter_fees(self):
        keep = self.billed_periods == "keep"
        return super(
            PmContractAmendment, self.with_context(pm_keep_billed=keep)
        )._enter_fees()
