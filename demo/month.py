"""One month on the demo estate, done by the people whose job it is.

Takes the Linjiang estate over from its workbook, bills November 2026 and takes
some payments at the counter; runs inside an Odoo shell.
"""

import base64
from pathlib import Path

from . import steps, words

ESTATE = "临江花园"
WORKBOOK = Path(__file__).parent.parent / "addons/pm_core/tests/data/register.xlsx"
MONTH = ("2026-11-01", "2026-11-30")
# every ninth bill is paid, and of those every tenth only in part or too much
PAYING, ODD = 15, 10
LOGINS = (
    ("company", "公司经理", "company manager"),
    ("manager", "项目经理", "estate manager"),
    ("hr", "人事与品质", "HR and quality"),
    ("staff", "员工", "staff"),
    ("service", "客服", "customer service"),
    ("inspector", "巡检", "inspector"),
    ("guard", "保安", "guard"),
    ("technician", "维修", "technician"),
    ("dispatcher", "派单", "dispatcher"),
    ("storekeeper", "仓管", "storekeeper"),
    ("buyer", "采购", "buyer"),
    ("clerk", "收费专员", "billing clerk"),
    ("cashier", "收款员", "cashier"),
    ("accountant", "会计", "accountant"),
    ("resident", "业主（门户）", "resident (portal)"),
    ("contractor", "外包单位（门户）", "contractor (portal)"),
    ("admin", "管理员", "administrator"),
)


def run(env):
    """Do the month; return the lines to print."""
    # what a commit computes and stores, such as job titles, is in Chinese too
    env = env(context={**env.context, "lang": "zh_CN"})
    env.transaction.default_env = env
    # whoever is entered is written to in Chinese
    env["ir.default"].set("res.partner", "lang", "zh_CN")
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
    words.now("接管项目", "the take-over of the estate")
    taken_over.action_check()
    taken_over.action_import()
    env.cr.commit()
    return taken_over


def _bill(env, estate):
    runs = steps.acting(env, "clerk")["pm.bill.run"]
    bill_run = runs.create(
        {"property_id": estate.id, "date_from": MONTH[0], "date_to": MONTH[1]}
    )
    words.now("准备账单批次", "the bill run is prepared")
    bill_run.action_prepare()
    env.cr.commit()
    words.now("账单过账", "the invoices are posted")
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
        words.now(f"收款 {number}/{len(bills)}", f"payments: {number} of {len(bills)}")
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
    taken_over = words.of(taken_over)
    rows, units = taken_over.row_count, taken_over.unit_count
    refused = taken_over.refused_count
    lines = [
        words.say(
            f"{ESTATE}：读取 {rows} 行，接管房屋 {units} 套，拒收 {refused} 行：",
            f"{ESTATE}: {rows} rows read, {units} units taken over, "
            f"{refused} rows refused:",
        )
    ]
    for issue in taken_over.issue_ids:
        if issue.severity == "error":
            lines.append(f"  {issue.sheet} {issue.row} {issue.column}: {issue.message}")
    # the others were made by the steps that came after
    contract = taken_over.env["pm.contract"].search(
        [("estate_id", "=", taken_over.property_id.id)], order="id", limit=1
    )
    fees = words.say(f"{contract.fee_count} 项费用", f"{contract.fee_count} fees")
    return [*lines, f"{_contract()} {contract.display_name}: {fees}"]


def _contract():
    return words.say("合同", "contract")


def _report_month(env, bill_run):
    run = words.of(bill_run.sudo())
    receivable = _receivable_balance(env, run.company_id)
    open_amount = sum(
        env["pm.charge"].search([("state", "=", "posted")]).mapped("amount_residual")
    )
    receipts = env["pm.receipt"].search_count([])
    # "or" turns the -0.0 of floats into 0
    difference = run.currency_id.round(receivable - open_amount) or 0.0
    received = words.say(f"（收据 {receipts} 张）", f"  ({receipts} receipts)")
    off = words.say(f"，差额 {difference:,.2f}", f"  difference {difference:,.2f}")
    return [
        f"{words.say('账单批次', 'bill run')} {run.display_name}",
        *(
            words.columns(words.say(zh, en), f"{value:>14{form}}{more}")
            for zh, en, value, form, more in (
                ("应收明细", "charges", run.charge_count, ",", ""),
                ("已过账账单", "invoices posted", run.invoice_count, ",", ""),
                ("例外", "exceptions", run.exception_count, ",", ""),
                ("合计", "total", run.amount_total, ",.2f", ""),
                ("已冲减", "credited", run.amount_credited, ",.2f", ""),
                ("已收", "received", run.amount_paid, ",.2f", received),
                ("已核销", "written off", run.amount_written_off, ",.2f", ""),
                ("收缴率", "collection rate", run.collection_rate, ".2%", ""),
                ("未收", "open charges", open_amount, ",.2f", ""),
                ("应收账款科目", "receivable account", receivable, ",.2f", off),
            )
        ),
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
        words.say("登录名（也是密码）：", "logins (the password is the login):"),
        *(f"  {login:<11} {words.say(zh, en)}" for login, zh, en in LOGINS),
    ]
