"""A year of work orders that are on file: what figures and boards are drawn from.

They are entered as they ended, in bulk, not walked through step by step: who reported
and did what a year ago is of no interest here, when and at what cost is.
"""

import random
from datetime import datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command, fields

from .. import words

MONTHS, EACH_MONTH = 12, 24
FAULTS = (
    ("厨房水槽漏水", "water_leak", "urgent", 1.5),
    ("卫生间下水堵塞", "water_blocked", "ordinary", 1.0),
    ("插座没电", "power_socket", "ordinary", 0.5),
    ("楼道灯不亮", "light", "ordinary", 0.5),
    ("单元门关不上", "access", "ordinary", 1.0),
    ("电梯运行有异响", "lift_fault", "urgent", 2.0),
    ("阳台门滑轮损坏", "door", "ordinary", 1.0),
    ("车库道闸不抬杆", "parking", "urgent", 1.0),
    ("绿化带树枝折断", "greening", "ordinary", 1.5),
)
CAUSES = ("worn_out", "wrong_use", "bad_installation", "weather")
# hours until arrival and until done that were promised
PROMISED = {"urgent": (0.5, 24), "ordinary": (8, 72)}
LATE, REDONE, RATED = 0.08, 0.04, 0.6


def run(env, estate):
    """Enter the orders of the twelve months before this one."""
    chance = random.Random(19)
    worker = env["hr.employee"].search([("user_id.login", "=", "technician")])
    places = env["pm.property"].search(
        [("estate_id", "=", estate.id), ("kind", "=", "unit")], order="code_sort"
    )
    causes = [env.ref(f"pm_maintenance.pm_fault_code_cause_{name}") for name in CAUSES]
    rows = [
        _order(env, chance, places, causes, worker, moment)
        for moment in _moments(chance, estate)
    ]
    quiet = {
        "mail_create_nosubscribe": True,
        "mail_notrack": True,
        "tracking_disable": True,
    }
    orders = env["maintenance.request"].with_context(**quiet)
    orders = orders.create([first for first, _last in rows])
    for order, (_first, last) in zip(orders, rows, strict=True):
        order._as_step().write(last)
    env.flush_all()
    _set_clocks(orders)
    hours = sum(orders.mapped("hours"))
    return [
        words.say(
            f"历史工单：{MONTHS} 个月共 {len(orders)} 张，工时 {hours:.0f} 小时",
            f"orders on file: {len(orders)} of {MONTHS} months, {hours:.0f} hours",
        )
    ]


def _moments(chance, estate):
    """Within the day on the clock of the estate, which is hours ahead of UTC."""
    first = fields.Date.context_today(estate).replace(day=1)
    for back in range(MONTHS, 0, -1):
        month = first - relativedelta(months=back)
        for _number in range(EACH_MONTH + chance.randint(-4, 4)):
            day = month + timedelta(days=chance.randint(0, 27))
            yield datetime.combine(day, time(chance.randint(0, 11), 15))


def _order(env, chance, places, causes, worker, moment):
    """(values of the order as reported, values as it ended)"""
    text, category, urgency, hours = chance.choice(FAULTS)
    arrival, finish = PROMISED[urgency]
    late = chance.random() < LATE
    arrived = moment + timedelta(hours=arrival * chance.uniform(0.3, 0.9))
    if late:
        arrived += timedelta(hours=arrival)
    done = arrived + timedelta(hours=hours * chance.uniform(0.7, 1.5))
    if late:
        done += timedelta(hours=finish)
    place = chance.choice(places)
    reported = {
        "name": text,
        "property_id": place.id,
        "company_id": place.company_id.id,
        "fault_category_id": env.ref(f"pm_maintenance.pm_fault_category_{category}").id,
        "urgency": urgency,
        "user_id": worker.user_id.id,
        "work_ids": [
            Command.create(
                {
                    "employee_id": worker.id,
                    "start": done - timedelta(hours=hours),
                    "stop": done,
                }
            )
        ],
    }
    ended = {
        "state": "closed",
        "reported_at": moment,
        "accepted_at": moment + timedelta(minutes=chance.randint(2, 20)),
        "arrived_at": arrived,
        "done_at": done,
        "closed_at": done + timedelta(days=1),
        "cause_id": chance.choices(causes, weights=(6, 3, 2, 1))[0].id,
        "redo_count": 1 if chance.random() < REDONE else 0,
        "rating": chance.choices(("5", "4", "3", "2"), weights=(8, 5, 2, 1))[0]
        if chance.random() < RATED
        else False,
        "result": "已修复，现场已清理。",
    }
    return reported, ended


def _set_clocks(orders):
    """Clocks began when the order was entered: here they run in their own time."""
    for order in orders.sudo():
        reached = {
            "response": order.accepted_at,
            "arrival": order.arrived_at,
            "finish": order.done_at,
        }
        for clock in order.sla_clock_ids:
            moment = reached.get(clock.target_id.code)
            if not moment:
                continue
            promised = dict(
                zip(("arrival", "finish"), PROMISED[order.urgency], strict=True)
            ).get(clock.target_id.code, 1)
            deadline = order.reported_at + timedelta(hours=promised)
            clock._as_step().write(
                {
                    "started": order.reported_at,
                    "deadline": deadline,
                    "reached": moment,
                    "state": "met" if moment <= deadline else "missed",
                    "taken_hours": (moment - order.reported_at).total_seconds() / 3600,
                }
            )
