"""An office tenant says what is needed, gets a plan, revises it, gets a contract."""

from dateutil.relativedelta import relativedelta

from odoo import Command, fields

from .. import words
from . import acting


def run(env, estate):
    """From the questionnaire to the drafted contract; return what was done."""
    manager, service = acting(env, "manager"), acting(env, "service")
    firm, office = _tenant(manager, service, estate)
    needs = _answers(env, service, estate, firm, office)
    needs |= _by_phone(service, firm, office)
    needs.filtered(lambda need: need.state == "new").action_analyse()
    first = _first_version(manager, service, needs)
    first.sudo()._ask_revision(
        "保洁能否改为每天两次？夜间不需要门岗，可以取消。", firm.sudo()
    )
    second = _second_version(manager, service, first)
    second.signed_by = "周婷（行政经理）"
    second.action_accept()
    second.action_make_contract()
    contract = second.contract_ids
    waiting = _open_needs(service, estate, firm, office)
    return [
        words.say(
            f"{firm.name}：{len(needs)} 项需求，多数来自问卷",
            f"{firm.name}: {len(needs)} requirements, most of them from a "
            "questionnaire",
        ),
        words.say(
            f"{second.name}：第 1 版每月 {first.amount_month:,.2f}，按客户意见修改，"
            f"第 2 版 {second.amount_month:,.2f}，已接受",
            f"{second.name}: version 1 {first.amount_month:,.2f} a month, revised on "
            f"the customer's wish, version 2 {second.amount_month:,.2f}, accepted",
        ),
        words.say("据此起草的合同：", "contract drafted from it: ")
        + contract.display_name,
        words.say(
            f"{len(waiting)} 项需求待办：待询问、待分析、方案编制中",
            f"{len(waiting)} requirements wait: asked, analysed, in a plan being "
            "written",
        ),
    ]


def _tenant(manager, service, estate):
    """A firm that rents an office of the estate."""
    building = manager["pm.property"].search(
        [("estate_id", "=", estate.id), ("kind", "=", "building")], limit=1
    )
    office = manager["pm.property"].create(
        {
            "name": "商务办公 A801",
            "code": "A801",
            "kind": "unit",
            "usage": "office",
            "parent_id": (building or estate).id,
            "gross_area": 320.0,
        }
    )
    firm = service["res.partner"].create(
        {
            "name": "云帆科技有限公司",
            "is_company": True,
            "phone": "0571-88001234",
            "email": "admin@yunfan.example.com",
            "pm_estate_id": estate.id,
            "lang": service.user.lang,
        }
    )
    service["pm.occupancy"].create(
        {
            "property_id": office.id,
            "partner_id": firm.id,
            "role": "tenant",
            "date_from": fields.Date.context_today(office),
        }
    )
    return firm, office.with_env(service)


def _answers(env, service, estate, firm, office):
    """The firm answers the questionnaire it was sent a link of."""
    wizard = service["pm.questionnaire.send"].create(
        {
            "survey_id": env.ref("pm_core.survey_needs").id,
            "estate_id": estate.id,
            "property_id": office.id,
            "partner_ids": [Command.set(firm.ids)],
            "mode": "link",
        }
    )
    wizard.action_confirm()
    sheet = service["survey.user_input"].search([("partner_id", "=", firm.id)], limit=1)
    answer = sheet.sudo()
    answer._mark_in_progress()
    for name, value, comment in (
        ("security", ["security_1", "security_3"], None),
        ("security_when", "security_when_1", None),
        ("cleaning", ["cleaning_1", "cleaning_3"], "会议室按预约"),
        ("cleaning_often", "cleaning_often_2", None),
        ("repair", ["repair_1", "repair_2"], None),
        ("repair_time", "repair_time_1", None),
        ("fire", ["fire_2"], None),
        ("parking", 6, None),
        ("content", 8, None),
    ):
        if isinstance(value, list):
            value = [str(_choice(env, choice)) for choice in value]
        elif isinstance(value, str):
            value = str(_choice(env, value))
        question = env.ref(f"pm_core.survey_needs_{name}")
        answer._save_lines(question, value, comment)
    answer._mark_done()
    return sheet.pm_requirement_ids


def _choice(env, name):
    return env.ref(f"pm_core.survey_needs_{name}").id


def _by_phone(service, firm, office):
    return service["pm.requirement"].create(
        {
            "title": "周末加班空调",
            "partner_id": firm.id,
            "property_id": office.id,
            "category_id": service.ref("pm_core.service_category_equipment").id,
            "channel_id": service.ref("pm_core.pm_channel_phone").id,
            "description": "来电：季度末周末加班时，希望提前一天预约开启中央空调。",
            "frequency": "按预约",
        }
    )


def _open_needs(service, estate, firm, office):
    """What is on the desk today: new, analysed, and in a plan that is being written."""
    resident = service["pm.occupancy"].search(
        [
            ("estate_id", "=", estate.id),
            ("role", "=", "owner"),
            ("partner_id.is_company", "=", False),
        ],
        limit=1,
    )
    phone = service.ref("pm_core.pm_channel_phone").id
    needs = service["pm.requirement"].create(
        [
            {
                "title": "门口儿童乘车等候区加装座椅",
                "partner_id": resident.partner_id.id,
                "property_id": resident.property_id.id,
                "channel_id": service.ref("pm_core.pm_channel_counter").id,
                "description": "到前台反映：早晨等校车的孩子多，没有地方坐。",
            },
            {
                "title": "底商油烟管道每季度清洗",
                "prospect_name": "老街面馆（拟租底商）",
                "prospect_phone": "13800001234",
                "property_id": estate.id,
                "category_id": service.ref("pm_core.service_category_cleaning").id,
                "channel_id": phone,
                "description": "来电询问：签约前想确认物业能否代办清洗并出具记录。",
                "frequency": "每季度一次",
                "priority": "1",
            },
            {
                "title": "地下车库充电桩区域夜间巡查",
                "partner_id": firm.id,
                "property_id": office.id,
                "category_id": service.ref("pm_core.service_category_security").id,
                "channel_id": phone,
                "frequency": "22:00–6:00 每两小时一次",
                "budget": 1200,
            },
        ]
    )
    needs[1:].action_analyse()
    needs[2].action_make_plan()
    needs[2].plan_id.title = "云帆科技 充电桩区域夜间巡查方案"
    return needs


# what each service costs: method, price per m², fixed amount a month
FEES = {
    "SEC": ("area", 1.8, 0),
    "CLN": ("area", 2.2, 300),
    "PRK": ("whole", 0, 1800),
}

# what each is measured by in the service manual
STANDARDS = {"SEC": "SEC-01", "CLN": "CLN-01", "EQP": "EQP-11"}


def _first_version(manager, service, needs):
    estate = needs.estate_id
    plan = service["pm.service.plan"].browse(needs.action_make_plan()["res_id"])
    start = fields.Date.context_today(plan) + relativedelta(day=1, months=1)
    plan.write(
        {
            "title": "云帆科技 A801 办公服务方案",
            "date_from": start,
            "date_to": start + relativedelta(years=2, days=-1),
            "introduction": "<p>感谢贵司填写服务需求调查。"
            "根据贵司需求，我们制定了以下服务方案。</p>",
            "conditions": "<p>费用按季预付，每季度首月 10 日前支付。"
            "水电费据实另计。</p>",
        }
    )
    for line in plan.line_ids:
        method, price, amount = FEES.get(line.category_id.code, ("included", 0, 0))
        line.write({"method": method, "price": price, "surcharge": amount})
        code = STANDARDS.get(line.category_id.code)
        if code and line.requirement_id.from_questionnaire:
            line.standard_id = service["pm.service.standard"].search(
                [
                    ("state", "=", "in_force"),
                    ("code", "=", code),
                    ("estate_id", "in", (False, estate.id)),
                ],
                limit=1,
            )
    return _present(plan, manager)


def _second_version(manager, service, first):
    """What the customer asked for: cleaned twice a day, no guard at night."""
    plan = service["pm.service.plan"].browse(first.action_new_version()["res_id"])
    for line in plan.line_ids:
        if line.category_id.code == "CLN":
            line.write({"frequency": "每天两次（8:00、18:30）", "price": 2.9})
        if line.category_id.code == "SEC":
            line.write({"frequency": "工作日 7:30–20:00", "price": 1.2})
    return _present(plan, manager)


def _present(plan, manager):
    plan.action_submit()
    if plan.state == "approval":
        plan.with_env(manager).validate_tier()
    plan.action_present()
    return plan
