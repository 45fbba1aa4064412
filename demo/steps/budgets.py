"""A budget of the demo estate, approved by a second person."""

from odoo import Command

from .. import words
from . import acting


def run(env, estate):
    """The company manager plans, the administrator of the accounts approves."""
    company = estate.company_id
    accounts = env["account.account"].search(
        [("account_type", "=", "expense"), ("company_ids", "in", company.ids)],
        limit=1,
    )
    post = env["account.budget.post"].create(
        {"name": "日常维修", "account_ids": accounts.ids, "company_id": company.id}
    )
    budget = acting(env, "company")["crossovered.budget"].create(
        {
            "name": "2026 年度预算",
            "estate_id": estate.id,
            "company_id": company.id,
            "date_from": "2026-01-01",
            "date_to": "2026-12-31",
            "pm_control": "block",
            "crossovered_budget_line_ids": [
                Command.create(
                    {
                        "general_budget_id": post.id,
                        "date_from": "2026-01-01",
                        "date_to": "2026-12-31",
                        "planned_amount": 240_000,
                    }
                )
            ],
        }
    )
    budget.action_pm_spread()
    budget.action_budget_confirm()
    second = env.ref("base.user_admin")
    if second.has_group("account.group_account_manager"):
        budget.with_user(second).action_budget_validate()
    return [
        words.say(
            f"预算：{budget.name} {len(budget.crossovered_budget_line_ids)} 行",
            f"budget: {budget.name}, {len(budget.crossovered_budget_line_ids)} lines",
        )
    ]
