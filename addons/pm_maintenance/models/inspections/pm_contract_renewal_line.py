from odoo import fields, models
from odoo.fields import Domain

from .pm_inspection import WALKED


class PmContractRenewalLine(models.Model):
    _inherit = "pm.contract.renewal.line"

    def _measure_inspection(self):
        """Return (average score of the rounds that check this contract, in words)."""
        renewal = self.renewal_id
        first = fields.Datetime.to_datetime(renewal.figures_from)
        end = fields.Datetime.to_datetime(renewal.figures_to)
        rounds = (
            self.env["pm.inspection"]
            .sudo()
            ._read_group(
                Domain("contract_id", "=", renewal.contract_id.id)
                & Domain("state", "in", WALKED)
                & Domain("date_to", ">=", first)
                & Domain("date_to", "<", fields.Datetime.add(end, days=1)),
                aggregates=["__count", "score:avg", "deduction:sum"],
            )
        )
        ((count, score, deduction),) = rounds
        if not count:
            return None, False
        return score, self.env._(
            "%(count)s rounds, %(points)s points off", count=count, points=deduction
        )
