"""An office tower with rent-free months, rises and a common cost, a park with power by
the time of day, and a sports centre on commission with one amount a month: small,
beside the estate, so that each kind of property and each way to charge is shown.
"""

from odoo import Command

from .. import words
from . import acting

NOVEMBER = ("2026-11-01", "2026-11-30")
# what the sports centre pays a month, what was spent of it, and the rate of commission
FUNDS = 168_000.0
SPENT = (("保洁保安外包", 86_400.0), ("设备维保", 21_750.0), ("能源费", 34_120.5))
COMMISSION = 0.08
# place, area, firm, first free day, last free day
OFFICES = (
    ("1-801", 320.5, "临江设计事务所", "2026-09-01", "2026-10-31"),
    ("1-802", 186.0, "江畔律师事务所", "2026-11-01", "2026-11-15"),
    ("1-803", 254.8, "新岸软件公司", "2026-07-01", "2026-07-31"),
)
POWER = {
    "name": "工商业电价（分时）",
    "unit": "kWh",
    "tax_included": True,
    "rounding": {"stage": "line", "mode": "half_up", "to": "0.01"},
    "parts": [
        {"name": "峰段", "register": "peak", "bands": [{"price": "1.0824"}]},
        {"name": "平段", "register": "flat", "bands": [{"price": "0.6562"}]},
        {"name": "谷段", "register": "valley", "bands": [{"price": "0.3120"}]},
        {"name": "需量", "register": "demand", "bands": [{"price": "38.40"}]},
    ],
}
WATER = {
    "name": "商业用水",
    "unit": "m³",
    "tax_included": True,
    "parts": [
        {"name": "水费", "bands": [{"price": "3.95"}]},
        {
            "name": "污水处理费",
            "share_of_quantity": "0.9",
            "bands": [{"price": "1.40"}],
        },
    ],
}


def run(env, estate):
    company = acting(env, "company")
    words.now("写字楼租金与公摊", "rents and common costs of an office tower")
    tower = _tower(company)
    park = _park(company)
    centre = _centre(company)
    lines = []
    for place, chinese, english in (
        (tower, "写字楼", "office tower"),
        (park, "产业园", "park"),
        (centre, "公共场馆（酬金制）", "public facility on commission"),
    ):
        record = company["pm.bill.run"].create(
            {"property_id": place.id, "date_from": NOVEMBER[0], "date_to": NOVEMBER[1]}
        )
        record.action_prepare()
        record.action_confirm()
        lines.append(
            words.say(
                f"{chinese} {place.name}：应收 {len(record.charge_ids)} 条，"
                f"{record.amount_total:,.2f} 元，异常 {record.exception_count} 条",
                f"{english}: {len(record.charge_ids)} charges, "
                f"{record.amount_total:,.2f}, {record.exception_count} exceptions",
            )
        )
    lines.append(_owners_statement(env, company, centre))
    return lines


def _part(env, parent, kind, code, **values):
    return env["pm.property"].create(
        {"kind": kind, "name": code, "code": code, "parent_id": parent.id, **values}
    )


def _held(env, place, name):
    firm = env["res.partner"].create({"name": name, "is_company": True})
    env["pm.occupancy"].create(
        {"property_id": place.id, "partner_id": firm.id, "date_from": "2026-07-01"}
    )
    return firm


def _item(env, estate, code, name, **values):
    return env["pm.fee.item"].create(
        {"code": code, "name": name, "estate_id": estate.id, **values}
    )


def _tower(env):
    """Rent by area, some months free, 5 % more each year; power of lifts by area."""
    tower = env["pm.property"].create(
        {"kind": "estate", "name": "临江中心写字楼", "code": "LJZX", "usage": "office"}
    )
    building = _part(env, tower, "building", "1", floor_count=18)
    rent = _item(env, tower, "rent", "租金", price=96.0, payer="owner")
    key = env["pm.allocation.key"].create(
        {
            "name": "按建筑面积",
            "estate_id": tower.id,
            "part_ids": [Command.create({"basis": "area"})],
        }
    )
    shared = _item(
        env, tower, "lift", "电梯电费公摊", method="pool", allocation_key_id=key.id
    )
    for code, area, name, first, last in OFFICES:
        unit = _part(
            env, building, "unit", code, gross_area=area, usage="office", floor=8
        )
        _held(env, unit, name)
        env["pm.fee"].create(
            {
                "property_id": unit.id,
                "fee_item_id": rent.id,
                "date_from": "2026-07-01",
                "step_ids": [
                    Command.create(
                        {"kind": "free", "date_from": first, "date_to": last}
                    ),
                    Command.create(
                        {
                            "kind": "percent",
                            "date_from": "2027-07-01",
                            "percent": 5,
                            "every_months": 12,
                        }
                    ),
                ],
            }
        )
    _agreed(env, tower, building.child_ids)
    cost = env["pm.shared.cost"].create(
        {
            "property_id": building.id,
            "fee_item_id": shared.id,
            "date_from": NOVEMBER[0],
            "date_to": NOVEMBER[1],
            "quantity": 4218,
            "unit": "kWh",
            "price_unit": 0.6562,
            "reference": "DL-2026-11-0183",
        }
    )
    cost.action_confirm()
    cost.action_make_fees()
    return tower


def _agreed(env, tower, units):
    """A count × a price, a formula, and a tariff for a quantity that was agreed."""
    water = env["pm.tariff"]._from_document(WATER, estate_id=tower.id)
    for unit, item, quantity in zip(
        units,
        (
            _item(env, tower, "cooler", "直饮水机租金", method="quantity", price=45.0),
            _item(
                env,
                tower,
                "air",
                "空调加时费",
                method="formula",
                formula="max(area * 0.8, 200)",
            ),
            _item(
                env,
                tower,
                "water",
                "水费（包量）",
                method="tariff",
                tariff_id=water.id,
            ),
        ),
        (2, 0, 12),
        strict=True,
    ):
        env["pm.fee"].create(
            {
                "property_id": unit.id,
                "fee_item_id": item.id,
                "date_from": "2026-11-01",
                "quantity": quantity,
            }
        )


def _park(env):
    """Power of a workshop by peak, flat, valley and its highest demand."""
    park = env["pm.property"].create(
        {
            "kind": "estate",
            "name": "临江产业园",
            "code": "LJCY",
            "usage": "industrial",
        }
    )
    building = _part(env, park, "building", "A")
    unit = _part(
        env, building, "unit", "A-1", gross_area=2600.0, usage="industrial", floor=1
    )
    _held(env, unit, "临江精密机械厂")
    tariff = env["pm.tariff"]._from_document(POWER)
    drafts = tariff.version_ids.filtered(lambda version: version.state == "draft")
    drafts.action_confirm()
    item = _item(
        env,
        park,
        "power",
        "电费（分时）",
        method="metered",
        medium="electricity",
        tariff_id=tariff.id,
        timing="arrears",
    )
    env["pm.fee"].create(
        {"property_id": unit.id, "fee_item_id": item.id, "date_from": "2026-11-01"}
    )
    meter = env["pm.meter"].create(
        {
            "name": "EM-A1",
            "property_id": unit.id,
            "medium": "electricity",
            "registers": "three",
            "has_demand": True,
            "multiplier": 40,
            "digits": 6,
        }
    )
    env["pm.meter.reading"].create(
        [
            {
                "meter_id": meter.id,
                "date": day,
                "value_peak": peak,
                "value_flat": flat,
                "value_valley": valley,
                "value_demand": demand,
            }
            for day, peak, flat, valley, demand in (
                ("2026-10-31", 1200, 2100, 900, 0),
                ("2026-11-24", 1342, 2385, 1004, 2.1),
            )
        ]
    )
    return park


def _centre(env):
    """One amount a month for the whole building, whose rest is the owner's."""
    centre = env["pm.property"].create(
        {"kind": "estate", "name": "临江体育中心", "code": "LJTY", "usage": "public"}
    )
    building = _part(env, centre, "building", "1")
    whole = _part(
        env, building, "unit", "1-1", gross_area=18600.0, usage="public", floor=1
    )
    _held(env, whole, "临江区文化和体育局")
    funds = _item(
        env, centre, "funds", "物业服务资金（酬金制）", method="fixed", surcharge=FUNDS
    )
    env["pm.fee"].create(
        {
            "property_id": whole.id,
            "fee_item_id": funds.id,
            "date_from": "2026-07-01",
        }
    )
    return centre


def _owners_statement(env, company, centre):
    """What was spent, the commission on it, and the account to the owner."""
    spent = sum(amount for _what, amount in SPENT)
    rows = [*SPENT, ("管理酬金", round(spent * COMMISSION, 2))]
    book_spent(env, centre, rows, "体育中心 11 月支出", commission=True)
    statement = company["pm.statement"].create(
        {
            "property_id": centre.id,
            "report_id": env.ref("pm_billing.mis_report_owners").id,
            "date_from": NOVEMBER[0],
            "date_to": NOVEMBER[1],
        }
    )
    statement.action_issue()
    return words.say(
        f"酬金制：支出 {spent:,.2f}，酬金 {COMMISSION:.0%}，已出具《{statement.name}》",
        f"commission: {spent:,.2f} spent, {COMMISSION:.0%} of it, and the owners' "
        f"statement {statement.name}",
    )


def book_spent(env, centre, rows, reference, commission=False):
    """Post costs of the month with the estate on them; the last may be commission."""
    company = centre.company_id
    owned = [("company_ids", "in", company.ids)]
    accounts = env["account.account"]
    expense = accounts.search(
        [("account_type", "=", "expense_direct_cost"), *owned], limit=1
    ) or accounts.search([("account_type", "=", "expense"), *owned], limit=1)
    bank = env["account.journal"].search(
        [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1
    )
    analytic = {str(centre.sudo().analytic_account_id.id): 100}
    lines = [
        {
            "account_id": expense.id,
            "name": what,
            "debit": amount,
            "analytic_distribution": analytic,
        }
        for what, amount in rows
    ]
    if commission:
        lines[-1]["account_id"] = _commission_account(env, expense).id
    total = round(sum(amount for _what, amount in rows), 2)
    lines.append(
        {"account_id": bank.default_account_id.id, "name": "付款", "credit": total}
    )
    journal = env["account.journal"].search(
        [("type", "=", "general"), ("company_id", "=", company.id)], limit=1
    )
    env["account.move"].create(
        {
            "journal_id": journal.id,
            "date": NOVEMBER[1],
            "ref": reference,
            "line_ids": [Command.create(row) for row in lines],
        }
    ).action_post()


def _commission_account(env, expense):
    """The account of what the company keeps, which statements for owners show apart."""
    tag = env.ref("pm_billing.account_tag_commission")
    known = env["account.account"].search(
        [("tag_ids", "in", tag.ids), ("company_ids", "in", expense.company_ids.ids)],
        limit=1,
    )
    return known or expense.copy({"name": "管理酬金", "tag_ids": tag.ids})
