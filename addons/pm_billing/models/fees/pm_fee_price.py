from odoo import fields, models


class PmFee(models.Model):
    """Fees whose price changes on a day: the days before it keep theirs."""

    _inherit = "pm.fee"

    def _billed_until(self):
        """Return {fee: last day that is billed} of those that are."""
        return dict(
            self.env["pm.charge"]._read_group(
                [
                    ("fee_id", "in", self.ids),
                    ("state", "=", "posted"),
                    ("origin_id", "=", False),
                ],
                ["fee_id"],
                ["date_to:max"],
            )
        )

    def _split_days(self, day):
        """Return {day of the split: fees} of those that run before and after it.

        What is billed keeps its price, so that a fee is split after it at the earliest.
        """
        billed = self._billed_until()
        days = {}
        for fee in self:
            starts = day
            if fee in billed:
                starts = max(day, fields.Date.add(billed[fee], days=1))
            if fee.date_from < starts and (not fee.date_to or fee.date_to >= starts):
                days.setdefault(starts, self.browse())
                days[starts] |= fee
        return days

    def _keep_until(self, day, price, surcharge):
        """End the fees before ``day`` with the price they had until then.

        :return: (fees, values of the fees that go on from that day)
        """
        continued, ended = [], self.browse()
        for starts, fees in self._split_days(day).items():
            continued += fees._prepare_next(starts)
            fees.write(
                {
                    "date_to": fields.Date.subtract(starts, days=1),
                    "has_own_price": True,
                    "own_price": price,
                    "own_surcharge": surcharge,
                }
            )
            ended |= fees
        return ended, continued

    def _prepare_next(self, day):
        """Return the values of fees that follow these from ``day``."""
        keep = self._as_step("pm_keep_billed")
        return [fee._prepare_continuation(fee.contract_line_id, day) for fee in keep]

    def _continue_with(self, item, day):
        """Let the fees go on from ``day`` with another item, with its prices."""
        continued, moved = [], self.browse()
        for starts, fees in self._split_days(day).items():
            continued += fees._prepare_next(starts)
            fees.write({"date_to": fields.Date.subtract(starts, days=1)})
            moved |= fees
        billed = self._billed_until()
        later = (self - moved).filtered(
            lambda fee: fee.date_from >= day and fee not in billed
        )
        later.write({"fee_item_id": item.id})
        self.flush_recordset()
        self._as_step().create([{**vals, "fee_item_id": item.id} for vals in continued])
