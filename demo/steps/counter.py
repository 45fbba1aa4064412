"""A cashier's day: a payment by two methods, the drawer counted and closed."""

from odoo import Command

from .. import words
from . import acting

CASHIER = "cashier2"


def run(env, estate):
    """The late shift takes a payment, counts its drawer and pays it into the bank."""
    _cashier(env, estate)
    late = acting(env, CASHIER)
    _pay(late, estate)
    close = late["pm.cash.close"].search([("user_id", "=", late.uid)], limit=1)
    _count(close)
    close.write({"amount_deposited": 200.0, "deposit_ref": "现缴 000127"})
    close.action_close()
    return [
        words.say(
            f"日结 {close.display_name}：{words.label(close)}，"
            f"实点 {close.amount_counted:,.2f}",
            f"day close {close.display_name}: {words.label(close)}, "
            f"{close.amount_counted:,.2f} counted",
        )
    ]


def _cashier(env, estate):
    first = env["res.users"].search([("login", "=", "cashier")])
    env["res.users"].with_context(no_reset_password=True).create(
        {
            "name": "晚班收款员",
            "login": CASHIER,
            "password": CASHIER,
            "lang": "zh_CN",
            "tz": "Asia/Shanghai",
            "company_id": first.company_id.id,
            "company_ids": [Command.set(first.company_ids.ids)],
            "pm_estate_ids": [Command.set(estate.ids)],
            "group_ids": [Command.set(first.group_ids.ids)],
        }
    )


def _pay(late, estate):
    """Most of it in cash, the rest by the bank."""
    charge = late["pm.charge"].search(
        [("estate_id", "=", estate.id), ("amount_residual", ">", 200)], limit=1
    )
    journals = late["account.journal"].search([("type", "in", ("cash", "bank"))])
    cash = journals.filtered(lambda journal: journal.type == "cash")[:1]
    bank = (journals - cash)[:1]
    counter = late["pm.counter"].create({"property_id": charge.property_id.id})
    counter.split_ids = [
        Command.create({"journal_id": cash.id, "amount": 200.0}),
        Command.create({"journal_id": bank.id, "amount": counter.amount_due - 200.0}),
    ]
    counter.action_pay()


def _count(close):
    """Two notes of a hundred."""
    close.count_ids.filtered(lambda row: row.value == 100).quantity = 2
