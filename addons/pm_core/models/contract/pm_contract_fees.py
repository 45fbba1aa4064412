from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models


class PmContract(models.Model):
    """What is paid under a contract, and what the fees add up to."""

    _inherit = "pm.contract"

    fee_basis = fields.Selection(
        [("lump_sum", "Lump Sum (包干制)"), ("commission", "Commission (酬金制)")],
        tracking=True,
        help="Lump sum: the owners pay fixed fees, which are the manager's revenue; "
        "a surplus or loss is the manager's. Commission: the fees are held for the "
        "owners and spent for them as the contract says; only the agreed percentage "
        "or sum is the manager's revenue, a surplus or deficit is the owners', and "
        "the estate keeps books of its own that are reported to them.",
    )
    commission_method = fields.Selection(
        [("percent", "Share of What Is Spent"), ("fixed", "Fixed Amount a Month")],
        help="What the manager earns out of the money held for the owners.",
    )
    commission_rate = fields.Float("Commission (%)", digits=(5, 2), aggregator=None)
    commission_amount = fields.Monetary("Commission a Month")
    line_ids = fields.One2many("pm.contract.line", "contract_id", "Fees", copy=True)
    amount = fields.Monetary(
        "Contract Value",
        tracking=True,
        help="Value of the whole term; approval levels may depend on it. Left empty, "
        "it becomes what the fees add up to when the contract is submitted.",
    )
    amount_month = fields.Monetary("Fees a Month", compute="_compute_amounts")
    amount_estimate = fields.Monetary(
        "Fees of the Term",
        compute="_compute_amounts",
        help="Fees a month × months of the term, by the areas of today.",
    )
    _commission_in_range = models.Constraint(
        "CHECK (commission_rate >= 0 AND commission_rate <= 100"
        " AND commission_amount >= 0)",
        "A commission lies between 0 and 100 %, and an amount is not negative.",
    )

    @api.depends(
        "line_ids.amount_month",
        "line_ids.date_from",
        "line_ids.date_to",
        "date_from",
        "date_to",
    )
    def _compute_amounts(self):
        today = fields.Date.context_today(self)
        # read at once, also those that were come to by their lines
        contracts = self.with_prefetch()
        contracts.mapped("date_from")
        contracts.line_ids.mapped("amount_month")
        for contract in contracts:
            # an amended fee stands there twice: as it was and as it is
            day = max(today, contract.date_from or today)
            running = contract.line_ids.filtered(
                lambda line, day=day: (
                    (not line.date_from or line.date_from <= day)
                    and (not line.date_to or line.date_to >= day)
                )
            )
            month = sum(running.mapped("amount_month"))
            contract.amount_month = month
            estimate = month * contract._term_months()
            # a new contract has no currency before it has an estate
            contract.amount_estimate = (
                contract.currency_id.round(estimate) if contract.currency_id else 0.0
            )

    def _term_months(self):
        """Return the months of the agreed term; 12 when it is open-ended."""
        self.ensure_one()
        if not self.date_from or not self.date_to:
            return 12
        term = relativedelta(self.date_to + timedelta(days=1), self.date_from)
        return term.years * 12 + term.months + term.days / 30
