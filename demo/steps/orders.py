"""Work orders of the demo estate in every state, its machines and their plans."""

from datetime import timedelta

from odoo import Command, fields

from .. import words
from . import acting

FAULTS = (
    ("厨房水槽下漏水", "water_leak", "portal"),
    ("客厅插座没电", "power_socket", "phone"),
    ("楼道灯不亮", "light", "counter"),
    ("单元门关不上", "access", "phone"),
    ("卫生间下水堵塞", "water_blocked", "portal"),
    ("电梯运行有异响", "lift_fault", "phone"),
    ("外墙瓷砖松动", "civil_fall", "inspection"),
    ("阳台推拉门滑轮损坏", "door", "counter"),
    ("地下车库道闸不抬杆", "parking", "phone"),
    ("绿化带树枝折断", "greening", "inspection"),
)
MACHINES = (
    ("1 号客梯", "LIFT-01", "lift", ("lift_upkeep", "lift_test")),
    ("生活水泵", "PUMP-01", "water", ("pump",)),
    ("消防报警主机", "FIRE-01", "fire", ("fire_monthly", "fire_yearly")),
)


def run(env, estate):
    """Report, dispatch and do some orders; return what was made."""
    technician = _technician(env, estate)
    orders = _report(env, estate)
    _work(env, orders, technician)
    plans = _machines(env, estate)
    labels = orders._fields["state"]._description_selection(words.of(orders).env)
    states = dict(labels)
    counted = orders.grouped("state")
    return [
        words.say("工单：", "work orders: ")
        + ", ".join(f"{states[state]} {len(some)}" for state, some in counted.items()),
        words.say(
            f"设备：{len(plans.equipment_id)} 台，保养计划 {len(plans)} 个，"
            f"已生成工单 {len(plans.order_ids)} 张",
            f"equipment: {len(plans.equipment_id)}, maintenance plans {len(plans)}, "
            f"work orders made from them {len(plans.order_ids)}",
        ),
    ]


def _technician(env, estate):
    """The technician as an employee who is on duty today, and the rule for it."""
    user = env["res.users"].search([("login", "=", "technician")])
    employee = env["hr.employee"].create(
        {"name": "丁师傅", "user_id": user.id, "pm_estate_id": estate.id}
    )
    team = env["maintenance.team"].create(
        {
            "name": "工程维修班",
            "company_id": estate.company_id.id,
            "pm_estate_id": estate.id,
            "member_ids": [Command.link(user.id)],
        }
    )
    post = env["pm.duty.post"].create({"name": "工程值班室", "property_id": estate.id})
    now = fields.Datetime.now()
    env["pm.duty"].create(
        {
            "employee_id": employee.id,
            "post_id": post.id,
            "shift_id": env.ref("pm_core.pm_duty_shift_day").id,
            "date": fields.Date.context_today(estate),
            "start": now - timedelta(hours=4),
            "stop": now + timedelta(hours=20),
        }
    )
    env["pm.dispatch.rule"].create(
        {
            "name": "当班维修人员",
            "company_id": estate.company_id.id,
            "estate_ids": [Command.set(estate.ids)],
            "mode": "person",
            "team_id": team.id,
        }
    )
    env["pm.order.price"].create(
        [
            {"name": "更换水龙头（不含材料）", "price": 50, "uom_name": "个"},
            {"name": "疏通下水", "price": 80, "uom_name": "次"},
        ]
    )
    return user


def _report(env, estate):
    places = env["pm.property"].search(
        [("estate_id", "=", estate.id), ("kind", "=", "unit")],
        order="code_sort",
        limit=len(FAULTS),
    )
    holders = places._holder_on(fields.Date.context_today(estate))
    service = acting(env, "service")
    Request = service["maintenance.request"]
    orders = Request
    for place, (text, category, channel) in zip(places, FAULTS, strict=True):
        orders |= Request._report(
            place,
            text,
            channel=channel,
            category=env.ref(f"pm_maintenance.pm_fault_category_{category}"),
            partner=holders[place.id].partner_id if place.id in holders else None,
        )
    return orders.with_env(service)


def _work(env, orders, technician):
    """The first ones are done, accepted and closed, the next ones under way."""
    mine = orders.with_env(acting(env, "technician")).filtered(
        lambda order: order.user_id == technician
    )
    mine[:7].action_accept()
    mine[:5].action_arrive()
    mine[:4].write({"result": "已修复，现场已清理。"})
    mine[:4].action_done()
    mine[4].action_pause(env.ref("pm_maintenance.pm_pause_reason_part").id)
    dispatcher = acting(env, "dispatcher")
    mine[:3].with_env(dispatcher).action_verify()
    mine[:2].with_env(dispatcher).action_close()


def _machines(env, estate):
    machines = env["maintenance.equipment"]
    plans = env["pm.maintenance.plan"]
    start = fields.Date.context_today(estate)
    for name, code, _kind, templates in MACHINES:
        machine = machines.create(
            {
                "name": name,
                "pm_code": code,
                "property_id": estate.id,
                "company_id": estate.company_id.id,
                "criticality": "a",
                # the test of the seventh year is near
                "effective_date": fields.Date.subtract(start, years=6, months=11),
            }
        )
        for template in templates:
            record = env.ref(f"pm_maintenance.pm_maintenance_plan_template_{template}")
            plans |= record._apply(machine, start=start)
    plans._generate()
    return plans
