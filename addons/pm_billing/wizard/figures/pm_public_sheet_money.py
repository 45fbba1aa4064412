from odoo import fields, models

KINDS = [
    ("collection", "Collection by Fee Item"),
    ("income", "Income by Fee Item"),
    ("budget", "Budget and Actual"),
]
AMOUNTS = (
    "amount",
    "amount_credited",
    "amount_receivable",
    "amount_paid",
    "amount_written_off",
    "amount_residual",
)
HOLDS = ("validate", "done")


class PmPublicSheet(models.TransientModel):
    """Sheets of money: what was billed and received, what is income, and the budget."""

    _inherit = "pm.public.sheet"

    kind = fields.Selection(
        selection_add=KINDS, ondelete={key: "cascade" for key, _label in KINDS}
    )

    def _content_of_collection(self):
        """What was billed and received of each fee item, of periods in these days."""
        rows, sums = [], [0.0] * len(AMOUNTS)
        for item, *amounts in self.env["pm.collection.report"]._read_group(
            [
                ("property_id", "child_of", self.property_id.id),
                ("date_from", ">=", self.date_from),
                ("date_from", "<=", self.date_to),
            ],
            ["fee_item_id"],
            [f"{name}:sum" for name in AMOUNTS],
        ):
            rows.append([item.sudo().name, *amounts, self._percent(*amounts)])
            sums = [one + other for one, other in zip(sums, amounts, strict=True)]
        item, *labels = self._columns("pm.collection.report", "fee_item_id", *AMOUNTS)
        return (
            [item, *labels, self.env._("Collection Rate (%)")],
            rows,
            [self.env._("Total"), *sums, self._percent(*sums)],
        )

    def _percent(self, _billed, _credited, receivable, paid, *_others):
        """Money received of what was receivable."""
        return 100 * paid / receivable if receivable else 0.0

    def _content_of_income(self):
        """What bills of these days booked, by fee item and account, without tax.

        Trust money stands with its account, which is none of income. What is billed
        of common parts or collected for others is seen there.
        """
        # sudo: the sums of an estate are no entries, and who asks may read its places
        lines_sudo = self.env["account.move.line"].sudo()
        rows, total = [], 0.0
        for item, account, balance in lines_sudo._read_group(
            [
                ("pm_charge_id.property_id", "child_of", self.property_id.id),
                ("parent_state", "=", "posted"),
                ("display_type", "=", "product"),
                ("date", ">=", self.date_from),
                ("date", "<=", self.date_to),
            ],
            ["pm_charge_id.fee_item_id", "account_id"],
            ["balance:sum"],
        ):
            total -= balance
            rows.append([item.name, f"{account.code} {account.name}", -balance])
        return (
            [
                *self._columns("pm.charge", "fee_item_id"),
                self.env._("Account"),
                self.env._("Without Tax"),
            ],
            sorted(rows, key=lambda row: row[:2]),
            [self.env._("Total"), "", total],
        )

    def _content_of_budget(self):
        """Planned, booked, ordered and left of the budgets that hold in these days."""
        names = ("general_budget_id", "pm_planned", "pm_actual", "pm_committed")
        lines = self.env["crossovered.budget.lines"].search(
            [
                ("estate_id", "=", self.property_id.estate_id.id),
                ("pm_state", "in", HOLDS),
                ("date_from", "<=", self.date_to),
                ("date_to", ">=", self.date_from),
            ],
            order="general_budget_id, date_from, id",
        )
        rows = [
            [
                line.general_budget_id.sudo().name,
                self._days(line.date_from, line.date_to),
                line.pm_planned,
                line.pm_actual,
                line.pm_committed,
                line.pm_left,
                100 * line.pm_rate,
            ]
            for line in lines
        ]
        position, *amounts = self._columns("crossovered.budget.lines", *names)
        return (
            [
                position,
                self.env._("Period"),
                *amounts,
                *self._columns("crossovered.budget.lines", "pm_left"),
                self.env._("Used (%)"),
            ],
            rows,
            [],
        )
