"""One month on the demo estate, done by the people whose job it is.

Takes the Linjiang estate over from its workbook, bills November 2026 and takes
some payments at the counter; runs inside an Odoo shell.
"""

import base64
from pathlib import Path

from . import steps

ESTATE = "临江花园"
WORKBOOK = Path(__file__).parent.parent / "addons/pm_core/tests/data/register.xlsx"
MONTH = ("2026-11-01", "2026-11-30")
# every ninth bill is paid, and of those every tenth only in part or too much
PAYING, ODD = 9, 10
LOGINS = (
    ("company", "公司经理 company manager"),
    ("manager", "项目经理 estate manager"),
    ("hr", "人事与品质 HR and quality"),
    ("staff", "员工 staff"),
    ("service", "客服 customer service"),
    ("technician", "维修 technician"),
    ("dispatcher", "派单 dispatcher"),
    ("clerk", "收费专员 billing clerk"),
    ("cashier", "收款员 cashier"),
    ("accountant", "会计 accountant"),
    ("resident", "业主 resident (portal)"),
    ("admin", "管理员 administrator"),
)


def run(env):
    """Do the month; return the lines to print."""
    # what a commit computes and stores, such as job titles, is in Chinese too
    env = env(context={**env.context, "lang": "zh_CN"})
    env.transaction.default_env = env
    taken_over = _take_over(env)
    estate = taken_over.property_id.sudo(False)
    bill_run = _bill(env, estate)
    _take_payments(env, bill_run)
    _invite_resident(env, bill_run)
    more = steps.run(env, estate.sudo(False))
    env.flush_all()
    return [
        *_report_take_over(taken_over),
        *_report_month(env, bill_run),
        *more,
        *_logins(),
    ]


def _take_over(env):
    imports = steps.acting(env, "manager")["pm.register.import"]
    taken_over = imports.create(
        {
            "estate_name": ESTATE,
            "filename": WORKBOOK.name,
            "file": base64.b64encode(WORKBOOK.read_bytes()),
        }
    )
    taken_over.action_check()
    taken_over.action_import()
    env.cr.commit()
    return taken_over


def _bill(env, estate):
    runs = steps.acting(env, "clerk")["pm.bill.run"]
    bill_run = runs.create(
        {"property_id": estate.id, "date_from": MONTH[0], "date_to": MONTH[1]}
    )
    bill_run.action_prepare()
    env.cr.commit()
    bill_run.action_confirm()
    env.cr.commit()
    return bill_run


def _take_payments(env, bill_run):
    """Let some customers pay: most in full, a few in part or beforehand."""
    cashier = steps.acting(env, "cashier")
    journals = env["account.journal"].search(
        [("type", "in", ("cash", "bank")), ("company_id", "=", bill_run.company_id.id)]
    )
    charges = cashier["pm.charge"].search([("run_id", "=", bill_run.id)])
    bills = list(charges.grouped("property_id").items())[::PAYING]
    for number, (place, due) in enumerate(bills):
        amount = sum(due.mapped("amount_residual"))
        if number % ODD == 3:
            amount = amount / 2
        elif number % ODD == 7:
            amount = amount + 100
        counter = cashier["pm.counter"].create({"property_id": place.id})
        counter.journal_id = journals[number % len(journals)]
        counter.amount = cashier.company.currency_id.round(amount)
        counter.action_pay()
    env.cr.commit()


def _invite_resident(env, bill_run):
    """Give one owner a portal login."""
    partner = bill_run.charge_ids[0].partner_id.sudo()
    env["res.users"].with_context(no_reset_password=True).create(
        {
            "login": "resident",
            "password": "resident",
            "partner_id": partner.id,
            "lang": "zh_CN",
            "group_ids": [(6, 0, env.ref("base.group_portal").ids)],
        }
    )
    env.cr.commit()


def _report_take_over(taken_over):
    lines = [
        f"{ESTATE}: {taken_over.row_count} rows read, "
        f"{taken_over.unit_count} units taken over, "
        f"{taken_over.refused_count} rows refused:"
    ]
    for issue in taken_over.issue_ids:
        if issue.severity == "error":
            lines.append(f"  {issue.sheet} {issue.row} {issue.column}: {issue.message}")
    # the others were made by the steps that came after
    contract = taken_over.env["pm.contract"].search(
        [("estate_id", "=", taken_over.property_id.id)], order="id", limit=1
    )
    return [*lines, f"contract {contract.display_name}: {contract.fee_count} fees"]


def _report_month(env, bill_run):
    run = bill_run.sudo()
    receivable = _receivable_balance(env, run.company_id)
    open_amount = sum(
        env["pm.charge"].search([("state", "=", "posted")]).mapped("amount_residual")
    )
    receipts = env["pm.receipt"].search_count([])
    # "or" turns the -0.0 of floats into 0
    difference = run.currency_id.round(receivable - open_amount) or 0.0
    return [
        f"bill run {run.display_name}",
        f"  charges            {run.charge_count:>14,}",
        f"  invoices posted    {run.invoice_count:>14,}",
        f"  exceptions         {run.exception_count:>14,}",
        f"  total              {run.amount_total:>14,.2f}",
        f"  credited           {run.amount_credited:>14,.2f}",
        f"  received           {run.amount_paid:>14,.2f}  ({receipts} receipts)",
        f"  written off        {run.amount_written_off:>14,.2f}",
        f"  collection rate    {run.collection_rate:>14.2%}",
        f"  open charges       {open_amount:>14,.2f}",
        f"  receivable account {receivable:>14,.2f}  difference {difference:,.2f}",
    ]


def _receivable_balance(env, company):
    """Return the balance of the receivable accounts in the ledger."""
    [(balance,)] = env["account.move.line"]._read_group(
        [
            ("company_id", "=", company.id),
            ("parent_state", "=", "posted"),
            ("account_id.account_type", "=", "asset_receivable"),
        ],
        [],
        ["balance:sum"],
    )
    return balance


def _logins():
    return [
        "logins (the password is the login):",
        *(f"  {login:<11} {role}" for login, role in LOGINS),
    ]
