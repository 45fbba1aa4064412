from odoo import api, fields, models


class CrossoveredBudgetLines(models.Model):
    """Planned, ordered and booked of one position in one stretch of time.

    Money is in company currency. Planned amounts are entered above zero for costs and
    income alike; OCA's own columns have costs below zero.
    """

    _inherit = "crossovered.budget.lines"

    estate_id = fields.Many2one(
        related="crossovered_budget_id.estate_id", store=True, index=True
    )
    pm_state = fields.Selection(related="crossovered_budget_id.state", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    analytic_account_id = fields.Many2one(
        compute="_compute_analytic_account_id",
        store=True,
        readonly=False,
        precompute=True,
        compute_sudo=True,
    )
    pm_planned = fields.Monetary("Planned", compute="_compute_pm_amounts")
    pm_actual = fields.Monetary(
        "Actual", compute="_compute_pm_amounts", help="Booked, by the ledger."
    )
    pm_committed = fields.Monetary(
        "Ordered",
        compute="_compute_pm_amounts",
        help="Confirmed purchases, as far as no posted bill has come for them.",
    )
    pm_left = fields.Monetary(
        "Left", compute="_compute_pm_amounts", help="Planned − actual − ordered."
    )
    pm_rate = fields.Float(
        "Used", compute="_compute_pm_amounts", help="(Actual + ordered) ÷ planned."
    )

    @api.depends("crossovered_budget_id.estate_id")
    def _compute_analytic_account_id(self):
        for line in self:
            estate = line.crossovered_budget_id.estate_id
            line.analytic_account_id = (
                estate.analytic_account_id or line.analytic_account_id
            )

    def write(self, vals):
        if not self._writes_freely():
            self.crossovered_budget_id._check_pm_draft()
            self.crossovered_budget_id._note_asking()
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if not self._writes_freely():
            lines.crossovered_budget_id._check_pm_draft()
            lines.crossovered_budget_id._note_asking()
        return lines

    @api.ondelete(at_uninstall=False)
    def _unlink_only_of_drafts(self):
        if not self._writes_freely():
            self.crossovered_budget_id._check_pm_draft()
            self.crossovered_budget_id._note_asking()

    @api.depends(
        "general_budget_id.account_ids", "date_from", "date_to", "analytic_account_id"
    )
    def _compute_practical_amount(self):
        """What is booked; estates have an analytic plan of their own, whose column
        the original does not ask."""
        ours = self.filtered("estate_id")
        result = super(CrossoveredBudgetLines, self - ours)._compute_practical_amount()
        booked = ours._pm_booked()
        for line in ours:
            line.practical_amount = sum(
                amount
                for analytic, account, day, amount in booked
                if line._pm_counts(analytic, account, day)
            )
        return result

    def _pm_counts(self, analytic_id, account_id, day):
        """Whether something booked on that day belongs to this line."""
        return bool(
            self.date_from
            and self.date_to
            and analytic_id == self.analytic_account_id.id
            and account_id in self.general_budget_id.sudo().account_ids.ids
            and self.date_from <= day <= self.date_to
        )

    def _pm_booked(self):
        """Return [(analytic account id, account id, day, amount)] of all lines' time,
        asked for once; costs are below zero."""
        lines = self.filtered(lambda line: line.date_from and line.date_to)
        plan = lines.analytic_account_id.sudo().root_plan_id[:1]
        if not lines or not plan:
            return []
        column = plan._column_name()
        return [
            (analytic.id, account.id, day, amount)
            for analytic, account, day, amount in self.env["account.analytic.line"]
            .sudo()
            ._read_group(
                [
                    (column, "in", lines.analytic_account_id.ids),
                    (
                        "general_account_id",
                        "in",
                        lines.general_budget_id.sudo().account_ids.ids,
                    ),
                    ("date", ">=", min(lines.mapped("date_from"))),
                    ("date", "<=", max(lines.mapped("date_to"))),
                ],
                [column, "general_account_id", "date:day"],
                ["amount:sum"],
            )
        ]

    @api.depends("planned_amount", "practical_amount")
    def _compute_pm_amounts(self):
        ordered = self.env["purchase.order.line"]._pm_committed(
            self.analytic_account_id
        )
        for line in self:
            sign = 1 if line.general_budget_id.sudo().pm_is_income else -1
            line.pm_planned = abs(line.planned_amount)
            line.pm_actual = sign * line.practical_amount
            line.pm_committed = sum(
                amount
                for analytic, account, day, amount, _order in ordered
                if line._pm_counts(analytic, account, day)
            )
            line.pm_left = line.pm_planned - line.pm_actual - line.pm_committed
            line.pm_rate = (
                (line.pm_actual + line.pm_committed) / line.pm_planned
                if line.pm_planned
                else 0.0
            )

    def _pm_spread(self):
        """Replace this line by one for each of its months; cents go to the last."""
        self.ensure_one()
        months = []
        day = self.date_from
        while day <= self.date_to:
            last = min(fields.Date.end_of(day, "month"), self.date_to)
            months.append((day, last))
            day = fields.Date.add(last, days=1)
        if len(months) < 2:
            return
        currency = self.company_id.currency_id
        part = currency.round(self.planned_amount / len(months))
        rest = currency.round(self.planned_amount - part * (len(months) - 1))
        for first, last in months[:-1]:
            self.copy({"date_from": first, "date_to": last, "planned_amount": part})
        first, last = months[-1]
        self.write({"date_from": first, "date_to": last, "planned_amount": rest})
