"""Other ways in which money comes in: months ahead, the bank collects, tax invoices."""

import base64

from odoo.addons.pm_billing.engine.plain_tables import write_xlsx

from .. import words
from . import acting


def run(env, estate):
    """A bill with its late fee, a year is paid ahead, four accounts collected."""
    return [
        _late(env, estate),
        _ahead(env, estate),
        _collect(env, estate),
        _tax_invoices(env, estate),
    ]


def _debtors(env, estate, count):
    """Open charges of flats, one of each customer, oldest flats first."""
    charges = env["pm.charge"].search(
        [
            ("estate_id", "=", estate.id),
            ("amount_residual", ">", 0),
            ("state", "=", "posted"),
            ("kind", "=", "fee"),
            ("property_id.kind", "=", "unit"),
        ],
        order="property_id desc",
        limit=20 * count,
    )
    found = {}
    for charge in charges:
        found.setdefault(charge.partner_id, charge)
    return list(found.values())[:count]


def _late(env, estate):
    """The late fee until today is on the screen, and booked as it is shown."""
    clerk = acting(env, "clerk")
    item = clerk["pm.fee.item"].create(
        {
            "name": "违约金",
            "code": "late",
            "estate_id": estate.id,
            "method": "fixed",
            "surcharge": 1,
            "tax_ids": False,
        }
    )
    # whose bill is due longest, where one is
    debtors = _debtors(acting(env, "cashier"), estate, 20)
    charge = min(debtors, key=lambda row: (row.date_due, row.id))
    clerk["pm.late.fee.rule"].create(
        {
            "name": "每日万分之五",
            "estate_id": estate.id,
            "fee_item_id": item.id,
            "fee_item_ids": charge.fee_item_id.ids,
            "rate": 0.05,
            "booking": "payment",
        }
    )
    cashier = acting(env, "cashier")
    counter = cashier["pm.counter"].create({"property_id": charge.property_id.id})
    shown = counter.amount_late
    counter.action_pay()
    if not shown:
        return words.say(
            "违约金规则：每日万分之五；账单均未到期，尚无违约金",
            "late fees: 0.05 % a day; no bill is due yet, so there are none so far",
        )
    return words.say(
        f"收款台：应付违约金 {shown:,.2f}，按显示入账",
        f"counter: late fees of {shown:,.2f}, booked as they were shown",
    )


def _ahead(env, estate):
    """A customer pays twelve months, of which one is free."""
    acting(env, "company")["pm.prepay.rule"].create(
        {
            "name": "预缴12个月，免1个月",
            "estate_id": estate.id,
            "months": 12,
            "free_months": 1,
        }
    )
    cashier = acting(env, "cashier")
    charge = _debtors(cashier, estate, 2)[-1]
    counter = cashier["pm.counter"].create(
        {"property_id": charge.property_id.id, "prepay_months": 12}
    )
    counter.action_pay()
    prepay = cashier["pm.prepay"].search([], limit=1)
    return words.say(
        f"预缴至 {prepay.date_to}：{prepay.amount_paid:,.2f}，"
        f"优惠 {prepay.amount_discount:,.2f}",
        f"paid ahead until {prepay.date_to}: {prepay.amount_paid:,.2f}, "
        f"discount {prepay.amount_discount:,.2f}",
    )


def _collect(env, estate):
    """Four accounts, of which the bank finds one empty; a second try is prepared."""
    company = acting(env, "company")
    journal = (
        company["account.journal"]
        .sudo()
        .search(
            [("type", "=", "bank"), ("company_id", "=", estate.company_id.id)], limit=1
        )
    )
    layout = company["pm.collection.layout"].create(
        {"name": "交通银行", "journal_id": journal.id}
    )
    service = acting(env, "service")
    for number, charge in enumerate(_debtors(service, estate, 4), 1):
        service["pm.collection.mandate"].create(
            {
                "property_id": charge.property_id.id,
                "partner_id": charge.partner_id.id,
                "holder": charge.partner_id.name,
                "account": f"622260000000000000{number}",
                "bank": "交通银行临江支行",
                "agreement": f"TS-2026-{number:04d}",
                "date_from": "2026-01-01",
            }
        )
    clerk = acting(env, "clerk")
    batch = clerk["pm.collection.batch"].create(
        {
            "property_id": estate.id,
            "layout_id": layout.id,
            "due_until": "2026-12-31",
        }
    )
    batch.action_prepare()
    batch.action_write_file()
    rows = [
        [line.reference, f"{line.amount:.2f}", "成功", ""] for line in batch.line_ids
    ]
    rows[-1][2:] = ["失败", "余额不足"]
    answer = write_xlsx(["流水号", "金额", "处理结果", "失败原因"], rows)
    clerk["pm.collection.result"].create(
        {
            "batch_id": batch.id,
            "filename": f"{batch.name}-回盘.xlsx",
            "file": base64.b64encode(answer),
        }
    ).action_read()
    batch.action_retry()
    return words.say(
        f"银行托收 {batch.name}：成功 {batch.amount_paid:,.2f}，"
        f"失败 {batch.amount_failed:,.2f}",
        f"bank collection {batch.name}: {batch.amount_paid:,.2f} collected, "
        f"{batch.amount_failed:,.2f} not",
    )


def _tax_invoices(env, estate):
    """Three are asked for and issued; one is taken back and one waits."""
    clerk = acting(env, "clerk")
    paid = clerk["pm.charge"].search(
        [
            ("estate_id", "=", estate.id),
            ("payment_state", "=", "paid"),
            ("kind", "=", "fee"),
        ],
        limit=40,
    )
    asked = clerk["pm.tax.invoice"]
    for partner, charges in list(paid.grouped("partner_id").items())[:4]:
        place = charges.property_id[:1]
        asked |= asked._ask(
            partner,
            charges.filtered(lambda row, place=place: row.property_id == place),
            {"title": partner.name},
        )
    sent = asked[:3].with_env(acting(env, "accountant"))
    sent.action_write_file()
    rows = [
        [row.name, f"2644200000001000{row.id:04d}"[:20].ljust(20, "0"), "2026-11-30"]
        for row in sent
    ]
    file = sent.env["pm.tax.file"].create(
        {
            "filename": "开票结果.xlsx",
            "file": base64.b64encode(
                write_xlsx(["单据编号", "发票号码", "开票日期"], rows)
            ),
        }
    )
    file.action_read()
    sent[0].with_env(clerk).red_reason = "wrong"
    sent[0].action_ask_red()
    return words.say(
        f"税务发票：申请 {len(asked)}，已开具 {len(sent)}，申请红冲 1",
        f"tax invoices: {len(asked)} asked for, {len(sent)} issued, 1 to be taken back",
    )
