"""What an estate puts up and hands over: something let go, a month's costs, taxes from
a day on, and each statement of the year with figures in it.
"""

from odoo import Command

from .. import words
from . import acting
from .bills import book_spent

YEAR = ("2026-01-01", "2026-12-31")
# who bills what for the month, to whom a post of the budget belongs
SPENT = (
    ("保洁外包 11 月", 86_400.0),
    ("秩序维护外包 11 月", 142_600.0),
    ("公共区域能耗", 45_318.6),
    ("绿化养护", 18_900.0),
)
# of what is spent, by the contract with the owners
COMMISSION = 0.08
ISSUED = ("income", "owners", "public", "cash")


def run(env, estate):
    """The clerk and the manager of the estate, and the company manager."""
    company = acting(env, "company")
    lines = [_waiver(env, estate), _taxes(env, estate)]
    fee = round(sum(amount for _what, amount in SPENT) * COMMISSION, 2)
    rows = [*SPENT, ("管理酬金", fee)]
    book_spent(env, estate, rows, "项目 11 月支出", commission=True)
    issued = company["pm.statement"]
    for name in ISSUED:
        issued += issued.create(
            {
                "property_id": estate.id,
                "report_id": env.ref(f"pm_billing.mis_report_{name}").id,
                "date_from": YEAR[0],
                "date_to": YEAR[1],
            }
        )
    issued.action_issue()
    # owners' income of common parts is theirs to see
    issued.filtered("is_posted").action_put_up()
    names = "、".join(issued.report_id.mapped("name"))
    lines.append(
        words.say(
            f"报表：已出具 {names}",
            f"statements issued: {', '.join(issued.report_id.mapped('name'))}",
        )
    )
    return [*lines, _sheets(company, estate)]


def _waiver(env, estate):
    """Half a month of a flat that had no water for ten days."""
    clerk, manager = acting(env, "clerk"), acting(env, "manager")
    charge = clerk["pm.charge"].search(
        [
            ("estate_id", "=", estate.id),
            ("amount_residual", ">", 0),
            ("amount_paid", "=", 0),
            ("kind", "=", "fee"),
            ("property_id.kind", "=", "unit"),
        ],
        order="property_id desc",
        limit=1,
    )
    waiver = clerk["pm.waiver"].create(
        {
            "property_id": charge.property_id.id,
            "partner_id": charge.partner_id.id,
            "charge_ids": charge.ids,
            "percent": 50,
            "reason": "水管爆裂，停水十天",
        }
    )
    waiver.action_submit()
    if waiver.state == "approval":
        waiver.with_env(manager).validate_tier()
    return words.say(
        f"减免：{waiver.name} {waiver.amount:,.2f} 元，已由项目经理审批",
        f"waiver: {waiver.name}, {waiver.amount:,.2f}, approved by the estate manager",
    )


def _taxes(env, estate):
    """Parking is let as real estate from next year on: another rate from a day on."""
    company = acting(env, "company")
    item = company["pm.fee.item"].search(
        [("estate_id", "in", [estate.id, False]), ("name", "ilike", "车位")], limit=1
    )
    rate = env["account.tax"].search(
        [("type_tax_use", "=", "sale"), ("company_id", "=", item.company_id.id)],
        limit=1,
    )
    tax = rate.copy(
        {
            "name": "9%（含税，不动产租赁）",
            "amount": 9.0,
            "price_include_override": "tax_included",
        }
    )
    company["pm.fee.item.tax"].create(
        {
            "fee_item_id": item.id,
            "date_from": "2027-01-01",
            "tax_ids": [Command.set(tax.ids)],
            "note": "按不动产租赁服务开票（示例）",
        }
    )
    return words.say(
        f"税率：{item.name} 自 2027-01-01 起 9%",
        f"tax: {item.name} bears 9 % from 2027-01-01",
    )


def _sheets(company, estate):
    """How many rows each sheet for the board has: none of them is empty."""
    sheets = company["pm.public.sheet"]
    counted = []
    for kind, label in sheets._fields["kind"]._description_selection(company):
        # costs are shared in the tower, everything else is at the estate
        place = company["pm.property"].search([("code", "=", "LJZX")])
        sheet = sheets.create(
            {
                "kind": kind,
                "property_id": (place if kind == "cost" else estate).id,
                "date_from": YEAR[0],
                "date_to": YEAR[1],
            }
        )
        counted.append(f"{label} {len(sheet._content()[1])}")
    return words.say(
        f"公示表行数：{'、'.join(counted)}", f"rows of sheets: {', '.join(counted)}"
    )
