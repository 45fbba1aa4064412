"""An owners' contract on commission, approved by two, signed and in force; a lift
upkeep contract that expires."""

import base64
from datetime import date, timedelta

from .. import words
from . import acting

PHASE = ("9", "10")
SCAN = b"%PDF-1.4\n% signed contract, for demonstration\n"


def run(env, estate):
    return [_owners(env, estate), _mast(env, estate), _lifts(env, estate)]


def _owners(env, estate):
    """The owners of two buildings have an association of their own."""
    service = acting(env, "service")
    buildings = env["pm.property"].search(
        [("estate_id", "=", estate.id), ("kind", "=", "building")]
    )
    scope = buildings.filtered(lambda place: place.code in PHASE) or buildings[-2:]
    party = _partner(service, "临江花园二期业主委员会", "yeweihui@example.com")
    start = date.today().replace(day=1)
    contract = service["pm.contract"].create(
        {
            "title": "临江花园二期物业服务合同",
            "kind": "owners",
            "partner_id": party.id,
            "estate_id": estate.id,
            "property_ids": [(6, 0, scope.ids)],
            "date_from": start,
            "date_to": start.replace(year=start.year + 3) - timedelta(days=1),
            "fee_basis": "commission",
            "commission_method": "percent",
            "commission_rate": 8,
            "line_ids": [
                (0, 0, {"name": "住宅物业费", "method": "area", "price": 2.6}),
            ],
        }
    )
    contract.action_submit()
    for role in ("manager", "company"):
        contract.with_env(acting(env, role)).validate_tier()
    _sign(acting(env, "company"), contract, {"theirs": "刘建国", "title": "业委会主任"})
    return f"{_title(contract)}" + words.say(
        f"，酬金 {contract.commission_rate:g} %，{len(contract.clause_ids)} 条条款",
        f", commission {contract.commission_rate:g} %, "
        f"{len(contract.clause_ids)} clauses",
    )


def _mast(env, estate):
    """A telecom firm pays one amount a quarter for its masts on the roofs."""
    service, clerk = acting(env, "service"), acting(env, "clerk")
    party = _partner(service, "临江移动通信有限公司", "site@linjiang-tel.example.com")
    item = clerk["pm.fee.item"].create(
        {
            "code": "SITE",
            "name": "基站场地使用费",
            "category": "公共设施",
            "estate_id": estate.id,
            "method": "whole",
            "surcharge": 5000,
            "cycle": 3,
        }
    )
    start = date.today().replace(day=1)
    contract = service["pm.contract"].create(
        {
            "title": "屋顶通信基站场地使用合同",
            "kind": "public",
            "partner_id": party.id,
            "estate_id": estate.id,
            "date_from": start,
            "date_to": start.replace(year=start.year + 3) - timedelta(days=1),
            "line_ids": [(0, 0, {"fee_item_id": item.id})],
        }
    )
    contract.action_submit()
    for role in ("manager", "company"):
        if contract.state == "approval":
            contract.with_env(acting(env, role)).validate_tier()
    _sign(acting(env, "company"), contract, {"theirs": "陈海", "title": "网络部经理"})
    env["pm.contract"]._cron_update_states()
    contract.invalidate_recordset()
    contract.with_env(clerk).action_apply_fees()
    return f"{_title(contract)}" + words.say(
        f"，整个合同每月 {contract.line_ids.surcharge:,.2f}",
        f", one amount of {contract.line_ids.surcharge:,.2f} a month for the "
        "whole contract",
    )


def _lifts(env, estate):
    service = acting(env, "service")
    party = _partner(service, "恒升电梯工程有限公司", "service@hengsheng.example.com")
    today = date.today()
    contract = service["pm.contract"].create(
        {
            "title": "电梯维护保养合同",
            "kind": "supplier",
            "partner_id": party.id,
            "estate_id": estate.id,
            "date_from": today - timedelta(days=330),
            "date_to": today + timedelta(days=34),
            "line_ids": [
                (0, 0, {"name": "电梯维保费", "method": "whole", "surcharge": 15600}),
            ],
        }
    )
    contract.action_submit()
    manager = acting(env, "manager")
    contract.with_env(manager).validate_tier()
    if contract.state == "approval":
        manager = acting(env, "company")
        contract.with_env(manager).validate_tier()
    _sign(manager, contract, {"theirs": "孙涛", "title": "总经理"})
    env["pm.contract"]._cron_update_states()
    contract.invalidate_recordset()
    return _title(contract)


def _title(contract):
    name = words.say("合同", "contract")
    return f"{name} {contract.display_name}: {words.label(contract)}"


def _partner(env, name, email):
    partner = env["res.partner"].search([("name", "=", name)], limit=1)
    return partner or env["res.partner"].create(
        {"name": name, "email": email, "is_company": True, "lang": "zh_CN"}
    )


def _sign(env, contract, theirs):
    """Register the contract that both sides signed on paper."""
    contract = contract.with_env(env)
    context = contract.action_sign()["context"]
    wizard = env["pm.contract.sign"].with_context(**context).create({})
    scan = env["ir.attachment"].create(
        {"name": f"{contract.title}.pdf", "datas": base64.b64encode(SCAN)}
    )
    wizard.write(
        {
            "date": min(date.today(), contract.date_from),
            "attachment_ids": [(6, 0, scan.ids)],
        }
    )
    for line in wizard.line_ids:
        ours = line.party_id.is_company
        line.signatory = env.user.name if ours else theirs["theirs"]
        line.signatory_title = "项目经理" if ours else theirs["title"]
    wizard.action_confirm()
