from odoo import fields, models


class PmCashClose(models.Model):
    """Money that is paid back over the counter leaves the drawer."""

    _inherit = "pm.cash.close"

    payout_ids = fields.One2many(
        "pm.payout", "close_id", "Paid Back at the Counter", readonly=True
    )

    def _returned_by(self, journal):
        paid_back = self.payout_ids.filtered(lambda row: row.journal_id == journal)
        return super()._returned_by(journal) + sum(paid_back.mapped("amount"))

    def _take_back(self, payout):
        """What was paid back from it lies in the drawer again."""
        self._line_of(payout.journal_id.sudo()).returned -= payout.amount
        payout.sudo()._as_step().close_id = False

    def _pay_back(self, payout):
        line = self._as_step()._line_of(payout.journal_id.sudo())
        line.returned += payout.amount
        payout.sudo()._as_step().close_id = self
