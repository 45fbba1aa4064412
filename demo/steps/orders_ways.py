"""Work orders that came in by every way, a contractor's people, and calling back."""

from odoo import Command, fields

from .. import words
from . import acting

FIRM = "恒升电梯工程有限公司"
CONTRACTOR = "contractor"


def run(env, estate):
    """One order in each way; the contractor works on its own on the portal."""
    _contractor(env)
    ways = _ways(env, estate)
    lifts = _lifts(env, estate)
    waiting = _roof(env, estate)
    _hot_work(env, estate)
    given = ", ".join(f"{words.label(order)} ×1" for order in lifts)
    return [
        words.say(
            f"报修渠道：{len(ways)} 张工单，来自电话、二维码、邮件、巡检和设备报警",
            f"ways in: {len(ways)} orders by call, code, mail, round and alarm",
        ),
        words.say(f"外包单位 {FIRM}：{given}", f"contractor {FIRM}: {given}"),
        words.say(
            f"雨后待回访：{len(waiting)} 张",
            f"to be called back after rain: {len(waiting)}",
        ),
    ]


def _contractor(env):
    """A login for somebody of the firm that has the contract for the lifts."""
    firm = env["res.partner"].search([("name", "=", FIRM)], limit=1)
    person = env["res.partner"].create(
        {"name": "孙涛", "parent_id": firm.id, "lang": "zh_CN"}
    )
    env["res.users"].with_context(no_reset_password=True).create(
        {
            "login": CONTRACTOR,
            "password": CONTRACTOR,
            "partner_id": person.id,
            "lang": "zh_CN",
            "tz": "Asia/Shanghai",
            "group_ids": [Command.set(env.ref("base.group_portal").ids)],
        }
    )


def _category(env, name):
    return env.ref(f"pm_maintenance.pm_fault_category_{name}")


def _ways(env, estate):
    orders = _call(env, estate) | _mail(env, estate) | _alarms(env, estate)
    Request = env["maintenance.request"]
    building = env["pm.property"].search(
        [("estate_id", "=", estate.id), ("kind", "=", "building")], limit=1
    )
    # from the page behind the code at the door, without a login
    orders |= Request._report(
        building,
        "单元门厅的灯一闪一闪",
        channel="portal",
        category=_category(env, "light"),
        reporter={"name": "路过的李女士", "phone": "13957180001"},
    )
    inspector = acting(env, "inspector")
    orders |= inspector["maintenance.request"]._report(
        building,
        "消防栓箱门打不开",
        channel="inspection",
        category=_category(env, "fire_facility"),
    )
    return orders


def _call(env, estate):
    """Customer service answers the phone: the number says who it is."""
    service = acting(env, "service")
    caller = service["pm.occupancy"].search(
        [
            ("estate_id", "=", estate.id),
            ("is_current", "=", True),
            ("partner_id.phone", "!=", False),
        ],
        limit=1,
    )
    call = service["pm.order.call"].create({"query": caller.partner_id.phone})
    call.write(
        {
            "partner_id": caller.partner_id.id,
            "property_id": caller.property_id.id,
            "text": "厨房水龙头关不紧",
            "category_id": _category(env, "water_leak").id,
        }
    )
    return env["maintenance.request"].browse(call.action_report()["res_id"])


def _mail(env, estate):
    """A mail to the address of the team."""
    team = env["maintenance.team"].search(
        [("pm_estate_id", "=", estate.id)], order="id desc", limit=1
    )
    return env["maintenance.request"].message_new(
        {
            "subject": "地下车库入口积水",
            "email_from": "赵先生 <zhao@example.com>",
            "body": "<p>下雨后车库入口积水，车子进出溅水。</p>",
        },
        {"maintenance_team_id": team.id, "name": "地下车库入口积水"},
    )


def _alarms(env, estate):
    """The pump reports; a fan that nobody has entered waits on the list."""
    source = env["pm.alarm.source"].create(
        {
            "name": "楼宇自控系统",
            "property_id": estate.id,
            "category_id": _category(env, "water_supply").id,
        }
    )
    alarms = env["pm.alarm"]
    pump = alarms._receive(
        source, "20261101-001", "PUMP-01", "出水压力低", code="P-LOW"
    )
    alarms._receive(source, "20261101-002", "FAN-09", "地库风机停机", code="STOP")
    return pump.request_id


def _lifts(env, estate):
    """Three orders of the contractor: one waits, one is under way, one is done."""
    lift = env["maintenance.equipment"].search([("pm_code", "=", "LIFT-01")], limit=1)
    firm = env["res.partner"].search([("name", "=", FIRM)], limit=1)
    dispatcher = acting(env, "dispatcher")
    orders = dispatcher["maintenance.request"]
    for text in ("轿厢内照明不亮", "3 层按钮不灵", "平层有高差"):
        order = orders._report(
            estate,
            text,
            channel="phone",
            category=_category(env, "lift_fault"),
            equipment=lift,
            reporter={"name": "监控室", "phone": "057188880000"},
            dispatch=False,
        ).with_env(dispatcher)
        order.supplier_id = firm
        order.action_dispatch()
        orders |= order
    # as on the pages of the portal: with the login of the firm, and all rights
    theirs = orders.with_env(acting(env, CONTRACTOR)).sudo()
    theirs[1:].action_accept()
    theirs[1:].action_arrive()
    theirs[2]._as_step().result = "调整平层感应器，试运行 10 次正常。"
    for kind in ("problem", "cause", "remedy"):
        codes = theirs[2]._codes_for(kind, theirs[2].fault_category_id)
        theirs[2]._as_step()[f"{kind}_id"] = codes[:1]
    if not theirs[2]._missing_for_done():
        theirs[2].action_done()
        orders[2].action_verify()
        orders[2].contractor_cost = 380
    return orders


def _roof(env, estate):
    """A leak that is repaired, and shows after rain whether it is tight."""
    service = acting(env, "service")
    place = env["pm.property"].search(
        [("estate_id", "=", estate.id), ("kind", "=", "unit")],
        order="code_sort desc",
        limit=1,
    )
    holder = place._holder_on(fields.Date.context_today(estate)).get(place.id)
    order = service["maintenance.request"]._report(
        place,
        "顶层卧室天花板渗水",
        channel="phone",
        category=_category(env, "civil_damp"),
        partner=holder.partner_id if holder else None,
        reporter={"name": "顶层住户", "phone": "13957180002"},
        dispatch=False,
    )
    dispatcher = order.with_env(acting(env, "dispatcher"))
    dispatcher.user_id = env["res.users"].search([("login", "=", "technician")])
    dispatcher.action_dispatch()
    mine = order.with_env(acting(env, "technician"))
    mine.action_accept()
    mine.action_arrive()
    mine.result = "屋面重做防水 4 平方米。"
    mine.action_done()
    dispatcher.action_verify()
    return order.filtered("waits_for_rain")


def _hot_work(env, estate):
    """Welding under way, with the permit that another person issued for it."""
    dispatcher = acting(env, "dispatcher")
    order = dispatcher["maintenance.request"]._report(
        estate,
        "屋顶水箱支架锈断，需焊接",
        channel="phone",
        category=_category(env, "civil_hot"),
        reporter={"name": "巡逻岗", "phone": "057188880000"},
        dispatch=False,
    )
    order = order.with_env(dispatcher)
    order.user_id = env["res.users"].search([("login", "=", "technician")])
    order.action_dispatch()
    permit = dispatcher["pm.order.permit"].create(
        {
            "request_id": order.id,
            "kind": "hot",
            "measures": "清除周围可燃物，备灭火器两具，专人看火；完工后看守 30 分钟。",
        }
    )
    permit.action_issue()
    mine = order.with_env(acting(env, "technician"))
    mine.action_accept()
    mine.action_arrive()
