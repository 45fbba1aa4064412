from odoo import api, fields, models


class AccountBudgetPost(models.Model):
    """A position of budgets: accounts of costs, or of income."""

    _inherit = "account.budget.post"

    pm_is_income = fields.Boolean(
        "Income", compute="_compute_pm_is_income", store=True, compute_sudo=True
    )

    @api.depends("account_ids.internal_group")
    def _compute_pm_is_income(self):
        for post in self:
            post.pm_is_income = "income" in post.account_ids.mapped("internal_group")
