"""A statement file of the bank: receipts found again, and one line that is left."""

import base64

from odoo import fields

from .. import words
from . import acting

HEADINGS = "交易日期,摘要,借方金额,贷方金额,余额,对方户名,对方账号,附言"


def run(env, estate):
    """The accountant sets the account up, and reads the file of the day."""
    books = acting(env, "accountant")
    journal = env["account.journal"].create(
        {"name": "工商银行基本户", "code": "ICBC", "type": "bank", "pm_channel": "bank"}
    )
    journal.action_pm_set_up_channel()
    journal.default_sheet_mapping_id = env.ref("pm_billing.mapping_bank")
    receipts = _transfers(env, estate, journal)
    file = books["pm.statement.file"].create(
        {
            "filename": "工商银行对账单.csv",
            "file": base64.b64encode(_file(env, receipts).encode("gb18030")),
            "journal_id": journal.id,
        }
    )
    file.action_read()
    return [
        words.say(
            f"对账单 {file.filename}：{file.row_count} 行，未匹配 {file.open_count} 行",
            f"statement {file.filename}: {file.row_count} rows, "
            f"{file.open_count} without a match",
        )
    ]


def _transfers(env, estate, journal):
    """Some customers have paid by transfer; the cashier has made the receipts."""
    cashier = acting(env, "cashier")
    charges = cashier["pm.charge"].search(
        [("estate_id", "=", estate.id), ("amount_residual", ">", 50)], limit=40
    )
    before = cashier["pm.receipt"].search([], limit=1)
    for place in charges.property_id[:4]:
        counter = cashier["pm.counter"].create({"property_id": place.id})
        counter.journal_id = journal.id
        counter.action_pay()
    return cashier["pm.receipt"].search(
        [("journal_id", "=", journal.id), ("id", ">", before.id)]
    )


def _file(env, receipts):
    """What the bank hands out: one line for each, its fee, and somebody unknown."""
    day = fields.Date.to_string(fields.Date.today())
    rows = [
        (receipt.amount, receipt.partner_id.name, receipt.name) for receipt in receipts
    ]
    rows.append((188.0, "周先生", "车位"))
    total, lines = 0.0, [HEADINGS]
    for amount, payer, text in rows:
        total += amount
        lines.append(f"{day},转账,,{amount:.2f},{total:.2f},{payer},6222,{text}")
    lines.append(f"{day},手续费,12.00,,{total - 12:.2f},,,")
    return "\n".join(lines)
