"""Emergencies of the demo estate: plans of its own, a drill, a lift, and hazards."""

from datetime import timedelta

from odoo import Command, fields

from .. import words
from . import acting

# (what, building, likelihood, consequence, how far)
HAZARDS = (
    ("1号楼2单元防火门被杂物卡住无法关闭", 0, 3, 4, "closed"),
    ("2号楼电动自行车在楼道充电", 1, 4, 5, "assigned"),
    ("地下车库排水沟盖板缺失", 2, 2, 2, "graded"),
    ("3号楼外墙空调外机支架锈蚀", 2, 2, 5, "found"),
)


def run(env, estate):
    """Plans and drills by one press, what happened, what is dangerous."""
    plans = _setup(env, estate)
    _on_duty(env, estate)
    drill = _drill(env, estate)
    lift = _lift(env, estate)
    hazards = _hazards(env, estate)
    serious = hazards.filtered("is_serious")
    return [
        words.say(
            f"应急预案：本项目 {len(plans)} 个已生效；消防演练 1 次，"
            f"达标率 {drill.score:.0f}%；电梯困人 1 起，{lift.minutes} 分钟解除",
            f"emergency plans in force: {len(plans)}; a fire drill, "
            f"{drill.score:.0f} % in time; people in a lift, {lift.minutes} minutes",
        ),
        words.say(
            f"隐患：{len(hazards)} 项，其中重大 {len(serious)} 项",
            f"hazards: {len(hazards)}, of them serious {len(serious)}",
        ),
    ]


def _setup(env, estate):
    """The manager gives the estate plans and drills of its own, and approves some."""
    manager = acting(env, "manager")
    ref = env.ref
    setup = manager["pm.emergency.setup"].create(
        {
            "estate_ids": [Command.set(estate.ids)],
            "drill_template_ids": [
                Command.set(
                    [
                        ref(f"pm_maintenance.pm_emergency_drill_template_{name}").id
                        for name in ("fire_key", "lift", "flood")
                    ]
                )
            ],
            "schedule_start": fields.Date.context_today(estate) - timedelta(days=12),
        }
    )
    setup.action_apply()
    own = manager["pm.emergency.plan"].search([("estate_id", "=", estate.id)])
    # the demo has no gateway
    own.notice_ids.by_sms = False
    types = [
        env.ref(f"pm_maintenance.pm_emergency_type_{name}").id
        for name in ("fire", "lift", "flood")
    ]
    own = own.filtered(lambda plan: plan.type_id.id in types)
    own.action_submit()
    for plan in own.filtered(lambda plan: plan.state == "approval"):
        plan.with_user(plan.sudo().reviewer_ids[:1]).validate_tier()
    drills = manager["pm.emergency.drill.plan"].search([("estate_id", "=", estate.id)])
    drills._generate()
    return own


def _on_duty(env, estate):
    """A guard and the manager on duty, beside the technician of the work orders."""
    now = fields.Datetime.now()
    for login, name, job in (
        ("guard", "周队员", "guard"),
        ("manager", "项目经理", "manager"),
        ("technician", "丁师傅", "engineer"),
    ):
        user = env["res.users"].search([("login", "=", login)])
        if not user:
            continue
        record = env.ref(f"pm_core.job_{job}")
        employee = env["hr.employee"].search([("user_id", "=", user.id)], limit=1)
        if not employee:
            employee = env["hr.employee"].create(
                {"name": name, "user_id": user.id, "pm_estate_id": estate.id}
            )
        if not employee.job_id:
            employee.job_id = record
        busy = env["pm.duty"].search_count(
            [("employee_id", "=", employee.id), ("stop", ">", now)], limit=1
        )
        if busy:
            continue
        post = env["pm.duty.post"].create(
            {"name": f"应急值班（{record.name}）", "property_id": estate.id}
        )
        post.job_id = record
        env["pm.duty"].create(
            {
                "employee_id": employee.id,
                "post_id": post.id,
                "shift_id": env.ref("pm_core.pm_duty_shift_day").id,
                "date": fields.Date.context_today(estate),
                "start": now - timedelta(hours=2),
                "stop": now + timedelta(hours=10),
            }
        )


def _shift(emergency, days, minutes):
    """Let something that was just entered have happened some days ago.

    :param minutes: of each step after the alarm
    """
    start = fields.Datetime.now() - timedelta(days=days)
    emergency = emergency.sudo()._as_step()
    emergency.started_at = start
    last = 0
    done = emergency.step_ids.filtered(lambda step: step.state == "done")
    for step, minute in zip(done, minutes, strict=False):
        step.done_at = start + timedelta(minutes=minute)
        last = minute
    emergency.over_at = start + timedelta(minutes=last + 5)
    for number, line in enumerate(emergency.log_ids.sorted("id")):
        line.at = start + timedelta(
            minutes=min(number, last + 5) if line.kind != "end" else last + 5
        )


def _finish(env, emergency, minutes, days, **report):
    """Answer, tick, end and review it, as the people whose job it is."""
    service, manager = acting(env, "service"), acting(env, "manager")
    answered = emergency.sudo().call_ids.filtered(lambda call: call.state == "told")
    answered.with_env(manager).action_answer()
    emergency.step_ids[: len(minutes)].with_env(service).action_tick()
    mine = emergency.with_env(manager)
    mine.action_end()
    _shift(emergency, days, minutes)
    mine.write(report)
    mine.action_close()


def _drill(env, estate):
    manager = acting(env, "manager")
    drill = manager["pm.emergency.drill"].search(
        [
            ("estate_id", "=", estate.id),
            ("type_id", "=", env.ref("pm_maintenance.pm_emergency_type_fire").id),
        ],
        limit=1,
    )
    drill.write({"scenario": "2号楼5层入户电表箱起火，楼道有烟，1户老人需协助疏散。"})
    action = drill.action_start()
    emergency = env["pm.emergency"].browse(action["params"]["emergency_id"])
    _finish(
        env,
        emergency,
        (2, 3, 4, 7, 9, 6, 7, 9, 16),
        10,
        resident_count=46,
        went_well="保安3分钟内到场核实，报警信息完整；居民配合疏散。",
        went_badly="初期扑救超时：2号楼微型消防站水带接口老化，更换后才出水。",
        action_ids=[
            Command.create(
                {
                    "name": "更换2号楼微型消防站水带和接口",
                    "user_id": manager.uid,
                    "date_due": fields.Date.context_today(estate) + timedelta(days=5),
                }
            )
        ],
    )
    return emergency


def _lift(env, estate):
    """People in a lift, a week ago: the order that was made is there too."""
    service = acting(env, "service")
    building = env["pm.property"].search(
        [("estate_id", "=", estate.id), ("kind", "=", "building")],
        order="code_sort",
        limit=1,
    )
    plan = service["pm.emergency.plan"].search(
        [
            ("estate_id", "=", estate.id),
            ("type_id", "=", env.ref("pm_maintenance.pm_emergency_type_lift").id),
            ("state", "=", "in_force"),
        ],
        limit=1,
    )
    emergency = plan.action_activate(building.id, "2号梯停在6楼，轿厢内2人，情绪稳定")
    emergency.agency_ids[:1].action_called("维保单位15分钟内到")
    _finish(
        env,
        emergency,
        (1, 2, 5, 9, 24, 26, 28, 30),
        7,
        cause="门机皮带松弛导致门锁回路断开，轿厢停在层间。",
        harm="2人被困24分钟，无伤亡。",
        went_well="1分钟内接通对讲，24分钟放人，家属满意。",
        went_badly="机房三角钥匙交接登记缺失。",
        action_ids=[
            Command.create(
                {
                    "name": "维保单位更换门机皮带并提交检测记录",
                    "user_id": acting(env, "manager").uid,
                    "date_due": fields.Date.context_today(estate) + timedelta(days=3),
                }
            )
        ],
    )
    return emergency


def _hazards(env, estate):
    """Found by the technician, graded by the manager, put right by the technician."""
    buildings = env["pm.property"].search(
        [("estate_id", "=", estate.id), ("kind", "=", "building")],
        order="code_sort",
        limit=3,
    )
    finder, manager = acting(env, "technician"), acting(env, "manager")
    technician = env["res.users"].search([("login", "=", "technician")])
    hazards = env["pm.hazard"]
    for text, number, likelihood, consequence, goal in HAZARDS:
        hazard = finder["pm.hazard"].create(
            {
                "name": text,
                "property_id": buildings[min(number, len(buildings) - 1)].id,
                "likelihood": str(likelihood),
                "consequence": str(consequence),
            }
        )
        hazards |= hazard.with_env(env)
        mine = hazard.with_env(manager)
        if goal == "found":
            continue
        mine.action_grade()
        if goal == "graded":
            continue
        mine.owner_id = technician
        mine.action_assign()
        if goal == "closed":
            hazard.action_fixed("杂物已清理，闭门器已调整。")
            mine.action_recheck()
    return hazards
