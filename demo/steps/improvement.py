"""Improvements of the demo estate: one that worked, by its figures; one under way; two
suggestions, of which one was declined; and a lesson that another estate is offered.

The figures of the one that worked are those of the demo's own year: its days before and
after are the months between which the share of service levels met rose the most.
"""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command, fields

from .. import words
from . import acting

MONTHS = 10


def run(env, estate):
    manager, staff = acting(env, "manager"), acting(env, "staff")
    made = env["pm.improvement"]
    worked = _worked(manager, staff, estate)
    made |= worked
    made |= _under_way(manager, staff, estate)
    made |= _suggestions(manager, staff, estate)
    asked = _lesson(env, manager, worked) if worked else 0
    lines = [
        words.say(
            f"持续改进：{len(made)} 项，教训推荐给 {asked} 个项目",
            f"improvements: {len(made)}; a lesson offered to {asked} estates",
        )
    ]
    if worked:
        lines.append(f"  {worked.number} {words.of(worked).effect_text}")
    return lines


def _months():
    first = fields.Date.today().replace(day=1)
    for back in range(MONTHS, 0, -1):
        start = first - relativedelta(months=back)
        yield start, start + relativedelta(months=1, days=-1)


def _best_rise(kpi, estate):
    """((month before, its figure), (month after, its figure)), the measures between."""
    figures = [
        (month, figure.value)
        for month in _months()
        if (figure := kpi._measure(*month, {"estate": estate}))
    ]
    pairs = [
        (before, after)
        for number, before in enumerate(figures)
        for after in figures[number + 2 :]
    ]
    return max(pairs, key=lambda pair: pair[1][1] - pair[0][1], default=None)


def _worked(manager, staff, estate):
    """Suggested by a guard, led by the manager, and found to have worked."""
    kpi = manager.ref("pm_core.kpi_sla_met")
    best = _best_rise(kpi, estate)
    if not best or best[1][1] <= best[0][1]:
        return manager["pm.improvement"]
    ((before_from, before_to), low), ((after_from, after_to), high) = best
    improvement = (
        staff["pm.improvement"]
        .create(
            {
                "name": "投诉首次答复提速",
                "property_id": estate.id,
                "problem": "业主反映投诉登记后迟迟没有回音，前台和客服互相等待。",
                "proposal": "每天晨会把未答复的投诉过一遍，当场定人。",
            }
        )
        .with_env(manager)
    )
    improvement.action_accept()
    due = after_from - timedelta(days=5)
    improvement.write(
        {
            "cause_id": manager.ref("pm_complaints.complaint_cause_late").id,
            "cause": "没有人每天核对未答复清单。",
            "why_ids": [
                Command.create({"question": question, "answer": answer})
                for question, answer in (
                    ("为什么答复超时？", "办理人不知道期限临近。"),
                    ("为什么不知道？", "清单只在系统里，没有人主动看。"),
                    ("为什么没有人看？", "岗位职责没有写明由谁看、何时看。"),
                )
            ],
            "measure_ids": [
                Command.create(
                    {
                        "name": "晨会逐件核对未答复投诉",
                        "user_id": manager["res.users"]
                        .search([("login", "=", "service")])
                        .id,
                        "date_due": due,
                    }
                ),
                Command.create(
                    {
                        "name": "夜班交接单增加未答复件数一栏",
                        "user_id": staff.uid,
                        "date_due": due,
                    }
                ),
            ],
            "kpi_id": kpi.id,
        }
    )
    improvement.write(
        {
            "target": round((low + high) / 2, 1),
            "before_from": before_from,
            "before_to": before_to,
            "after_from": after_from,
            "after_to": after_to,
            "date_check": after_to + timedelta(days=1),
            "standard_id": _standard(manager).id,
        }
    )
    improvement.action_plan()
    improvement.action_start()
    for measure, result in zip(
        improvement.measure_ids,
        ("已纳入晨会议程，每日签字。", "交接单已改版并启用。"),
        strict=True,
    ):
        measure.action_done(result)
    improvement.action_take_after()
    improvement.action_new_version()
    improvement.action_standardise("晨会核对写入客户服务标准")
    return improvement


def _standard(env):
    return env["pm.service.standard"].search(
        [
            ("state", "=", "in_force"),
            ("category_id", "=", env.ref("pm_core.service_category_customer").id),
        ],
        order="code",
        limit=1,
    )


def _under_way(manager, staff, estate):
    """From what several complained of in one building, or else by hand."""
    cluster = manager["pm.complaint.cluster"].search(
        [("estate_id", "=", estate.id)], limit=1
    )
    improvement = manager["pm.improvement"]
    if cluster:
        improvement = improvement.browse(cluster.action_improve()["res_id"])
    else:
        improvement = improvement.create({"name": "垃圾清运", "property_id": estate.id})
    today = fields.Date.today()
    improvement.action_accept()
    improvement.write(
        {
            "cause": "高峰时段容量不足，清运一天只有一次。",
            "success": "连续一个月没有同类投诉。",
            "date_check": today + timedelta(days=45),
            "measure_ids": [
                Command.create(
                    {
                        "name": "清运改为早晚各一次",
                        "user_id": staff.uid,
                        "date_due": today + timedelta(days=7),
                    }
                ),
                Command.create(
                    {
                        "name": "增设四个大容量分类桶",
                        "user_id": manager.uid,
                        "date_due": today + timedelta(days=20),
                    }
                ),
            ],
        }
    )
    improvement.action_plan()
    improvement.action_start()
    improvement.measure_ids[0].with_env(staff).action_done("两班排班已执行。")
    return improvement


def _suggestions(manager, staff, estate):
    waits, declined = staff["pm.improvement"].create(
        [
            {
                "name": "快递柜旁加装照明",
                "property_id": estate.id,
                "problem": "夜里取件看不清，已有老人绊倒。",
                "proposal": "装一盏感应灯。",
            },
            {
                "name": "门岗改为人脸识别",
                "property_id": estate.id,
                "problem": "高峰期登记排队。",
                "proposal": "装人脸识别闸机。",
            },
        ]
    )
    declined.with_env(manager).action_drop(
        "业主大会今年未同意收集人脸信息；先增加一名高峰岗。"
    )
    return waits | declined


def _lesson(env, manager, improvement):
    """Written down, and offered to another estate of the company."""
    opened = improvement.with_env(manager).action_make_lesson()
    values = {
        name.removeprefix("default_"): value
        for name, value in opened["context"].items()
    }
    lesson = manager["pm.lesson"].create(
        {
            **values,
            "name": "未答复投诉每天晨会过一遍",
            "tag_ids": [Command.create({"name": "投诉"})],
        }
    )
    company = acting(env, "company")
    # the demo has an office building besides; every desk can work by this lesson
    others = company["pm.property"].search(lesson._domain_others())
    return lesson.with_env(company).action_offer(others.ids) if others else 0
