"""Complaints of the demo estate: some under way, and a year of them on file.

What is under way is walked through step by step, as those whose job it is. The year
is entered as it ended, in bulk: when, about what, how it was settled and what the
customer said of it is what figures are drawn from.
"""

import random
from datetime import datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields

from .. import words
from . import acting

MONTHS, EACH_MONTH = 12, 15
# text, category, severity, cause, liability, what was done, weight
MATTERS = (
    (
        "电梯又停了，老人爬不动楼",
        "lift",
        "serious",
        "equipment",
        "ours",
        "更换接触器，维保单位加密巡检",
        5,
    ),
    (
        "卫生间顶上渗水",
        "water",
        "ordinary",
        "work",
        "contractor",
        "重做防水，返修一次",
        8,
    ),
    (
        "楼道灯坏了一周没人管",
        "power",
        "ordinary",
        "late",
        "ours",
        "更换灯具，调整巡检频次",
        6,
    ),
    (
        "垃圾桶溢出，味道很大",
        "waste",
        "ordinary",
        "rule",
        "ours",
        "清运由每日一次改为两次",
        10,
    ),
    ("楼梯间很脏", "clean", "ordinary", "work", "ours", "保洁返工，班长复查", 7),
    ("草坪没人修剪", "green", "minor", "late", "contractor", "督促外包单位修剪", 3),
    (
        "保安不登记外来人员",
        "security",
        "serious",
        "conduct",
        "ours",
        "门岗培训，抽查记录",
        4,
    ),
    (
        "物业费单子看不懂，好像多收了",
        "fees",
        "ordinary",
        "told",
        "none",
        "当面解释账单，金额无误",
        6,
    ),
    (
        "固定车位被占",
        "parking",
        "ordinary",
        "resident",
        "resident",
        "联系车主挪车，加装地锁提示",
        9,
    ),
    (
        "楼上装修周末也敲墙",
        "decoration",
        "ordinary",
        "resident",
        "resident",
        "上门制止，发整改通知",
        6,
    ),
    (
        "晚上广场舞太吵",
        "noise",
        "ordinary",
        "resident",
        "resident",
        "约定时间与音量，现场劝导",
        5,
    ),
    ("遛狗不牵绳", "pets", "minor", "resident", "resident", "张贴提示，巡逻劝导", 4),
    (
        "外墙空鼓",
        "developer",
        "ordinary",
        "design",
        "developer",
        "发函开发商，围挡警示",
        2,
    ),
    ("前台接电话不耐烦", "staff", "ordinary", "conduct", "ours", "道歉并培训", 3),
    ("公共收益去哪了", "income", "ordinary", "told", "ours", "公示本年度收支", 2),
)
KINDS = (("complaint", 82), ("suggestion", 8), ("enquiry", 6), ("praise", 4))
CHANNELS = (
    ("phone", 35),
    ("portal", 22),
    ("wechat", 18),
    ("counter", 12),
    ("web", 6),
    ("email", 4),
    ("hotline", 3),
)
VERDICTS = (
    (("satisfied", False), 62),
    (("partly", False), 16),
    (("unsatisfied", False), 7),
    ((False, "三次未接通"), 15),
)
LATE, REOPENED, URGED = 0.1, 0.06, 0.15
# hours until acknowledged, first reply and closure that were promised
PROMISED = {"serious": (2, 24, 72), "ordinary": (24, 48, 168), "minor": (24, 48, 168)}
QUIET = {
    "mail_create_nosubscribe": True,
    "mail_create_nolog": True,
    "mail_notrack": True,
    "tracking_disable": True,
}


def run(env, estate):
    """Enter a year of complaints, then work on some of today; return the lines."""
    history = _history(env, estate)
    today = _today(env, estate)
    closed = len(history.filtered("verdict"))
    return [
        words.say(
            f"投诉：历史 {len(history)} 件（有评价 {closed} 件），"
            f"在办演示 {len(today)} 件",
            f"complaints: {len(history)} on file ({closed} with a verdict), "
            f"{len(today)} of today",
        )
    ]


def _pick(chance, weighted):
    values, weights = zip(*weighted, strict=True)
    return chance.choices(values, weights=weights)[0]


def _moments(chance, estate):
    """Within the day on the clock of the estate, which is hours ahead of UTC."""
    first = fields.Date.context_today(estate).replace(day=1)
    for back in range(MONTHS, 0, -1):
        month = first - relativedelta(months=back)
        for _number in range(EACH_MONTH + chance.randint(-4, 5)):
            day = month + timedelta(days=chance.randint(0, 27))
            yield datetime.combine(day, time(chance.randint(0, 11), 40))


def _history(env, estate):
    chance = random.Random(12345)
    service = env["res.users"].search([("login", "=", "service")])
    places = env["pm.property"].search(
        [("estate_id", "=", estate.id), ("kind", "=", "unit")], order="code_sort"
    )
    holders = places._holder_on(fields.Date.context_today(estate))
    channels = {one.code: one.id for one in env["pm.channel"].search([])}
    rows = [
        _row(env, chance, places, holders, channels, service, moment)
        for moment in sorted(_moments(chance, estate))
    ]
    complaints = env["pm.complaint"].with_context(**QUIET)._as_step()
    made = complaints.create([first for first, _last in rows])
    for complaint, (_first, last) in zip(made, rows, strict=True):
        complaint.write(last)
    # what the year brought together was settled with it
    made.cluster_id.write(
        {
            "state": "closed",
            "cause": "同一设施反复故障",
            "plan": "列入年度维修计划，已完成",
        }
    )
    env.flush_all()
    _set_clocks(made)
    return made


def _row(env, chance, places, holders, channels, service, moment):
    """(values of the complaint as received, values as it ended)"""
    matter = chance.choices(MATTERS, weights=[row[-1] for row in MATTERS])[0]
    text, category, severity, cause, liability, action, _weight = matter
    place, kind = chance.choice(places), _pick(chance, KINDS)
    if kind == "praise":
        text, category, severity = "师傅上门及时，态度很好", "other", "minor"
    channel = _pick(chance, CHANNELS)
    accept, reply, close = PROMISED[severity]
    slow = 1.6 if chance.random() < LATE else 1
    accepted = moment + timedelta(hours=accept * chance.uniform(0.05, 0.5) * slow)
    replied = moment + timedelta(hours=reply * chance.uniform(0.3, 0.9) * slow)
    closed = moment + timedelta(hours=close * chance.uniform(0.5, 0.95) * slow)
    verdict, reason = _pick(chance, VERDICTS)
    reopened = 1 if verdict == "unsatisfied" or chance.random() < REOPENED else 0
    holder = holders.get(place.id)
    received = {
        "kind": kind,
        "property_id": place.id,
        "partner_id": holder.partner_id.id if holder else False,
        "channel_id": channels[channel],
        "description": text,
        "category_id": env.ref(f"pm_complaints.complaint_category_{category}").id,
        "severity": severity,
        "received_at": moment,
    }
    if channel == "hotline":
        received["hotline_number"] = f"12345-{moment:%y%m%d}{chance.randint(10, 99)}"
        received["hotline_deadline"] = moment + timedelta(days=5)
    ended = {
        "state": "closed",
        "user_id": service.id,
        "accepted_at": accepted,
        "assigned_at": accepted,
        "replied_at": max(replied, accepted),
        "reply_channel_id": channels[channel],
        "verified_at": closed,
        "closed_at": max(closed, replied, accepted),
        "cause_id": env.ref(f"pm_complaints.complaint_cause_{cause}").id,
        "liability": liability,
        "action_taken": action,
        "verdict": verdict,
        "no_verdict_reason": reason,
        "verdict_at": closed,
        "reopen_count": reopened,
        "level": "company" if verdict == "unsatisfied" else "clerk",
        "urge_count": 1 if chance.random() < URGED else 0,
    }
    return received, ended


def _set_clocks(complaints):
    """Clocks ended when they were entered: here they end in their own time."""
    clocks = complaints.sudo().sla_clock_ids
    cases = {complaint.id: complaint for complaint in complaints}
    for clock in clocks:
        case = cases[clock.res_id]
        moment = {
            "acknowledge": case.accepted_at,
            "close": case.closed_at,
        }.get(clock.target_id.code, case.replied_at)
        deadline = clock.started + timedelta(hours=clock.target_id.hours)
        clock._as_step().write(
            {
                "deadline": deadline,
                "reached": moment,
                "state": "met" if moment <= deadline else "missed",
                "taken_hours": (moment - clock.started).total_seconds() / 3600,
            }
        )


def _today(env, estate):
    """Complaints of today in several states, by those whose job it is."""
    service, manager = acting(env, "service"), acting(env, "manager")
    places = env["pm.property"].search(
        [("estate_id", "=", estate.id), ("kind", "=", "unit")],
        order="code_sort desc",
        limit=6,
    )
    holders = places._holder_on(fields.Date.context_today(estate))
    made = service["pm.complaint"]

    def report(place, text, channel="phone", **extra):
        holder = holders.get(place.id)
        return (
            service["pm.complaint"]
            ._report(
                place,
                text,
                channel=channel,
                partner=holder.partner_id if holder else None,
                **extra,
            )
            .with_env(service)
        )

    waits = report(places[0], "地下车库漏水，车被滴了一身")
    made |= waits
    found = report(places[1], "电梯关人十分钟，没人接对讲", remedy="查明原因并道歉")
    made |= found
    me = service.user
    _handled(manager, found, me)
    found.action_investigate("对讲主机断电，值班员未巡查到。", "当班保安、维保人员")
    found.action_rectify("恢复对讲供电并每日试呼")
    found.action_reply("非常抱歉。对讲已恢复，值班室每日试呼并留记录。")
    bill = report(places[2], "物业费收费算错了，滞纳金也不对", channel="portal")
    made |= bill
    _handled(manager, bill, me)
    charge = env["pm.charge"].search(
        [
            ("property_id", "=", places[2].id),
            ("state", "=", "posted"),
            ("amount_residual", ">", 0),
        ],
        limit=1,
    )
    if charge:
        service["pm.complaint.dispute"].create(
            {
                "complaint_id": bill.id,
                "charge_id": charge.id,
                "reason": "业主认为面积按旧数据计算",
            }
        )
    bill.action_wait("请提供房产证面积页照片")
    settled = report(places[3], "单元门关门声音太大", channel="counter")
    made |= settled
    _handled(manager, settled, me)
    settled.action_investigate("闭门器老化。", "一楼住户")
    settled.action_rectify("更换闭门器")
    settled.rectification_ids.with_env(service).action_done("已更换")
    settled.rectification_ids.with_env(manager).action_verify("关门无撞击声")
    settled.action_reply("闭门器已更换，感谢您的提醒。")
    settled.action_verify()
    settled.with_env(manager).action_follow_up("satisfied", "很快，谢谢")
    settled.write(
        {
            "cause_id": env.ref("pm_complaints.complaint_cause_equipment").id,
            "liability": "ours",
            "action_taken": "更换闭门器",
        }
    )
    settled.action_close()
    made |= report(
        places[4],
        "投诉转办：居民反映夜间装卸噪音",
        channel="hotline",
        hotline={
            "number": "12345-260718",
            "deadline": fields.Datetime.add(fields.Datetime.now(), days=5),
        },
    )
    made |= report(places[5], "师傅修水管又快又好", kind="praise")
    return made


def _handled(manager, complaint, user):
    """Where the rules gave it to somebody else, its manager gives it to this one."""
    if complaint.sudo().user_id != user:
        complaint.with_env(manager).action_assign(user.id)
