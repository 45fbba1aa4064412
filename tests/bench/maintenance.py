"""What maintenance costs at the size of a large company.

Each section makes its own records, measures, and returns its figures; a further one is
a function beside them, entered in :data:`SECTIONS`:

* ``rounds``: a month of rounds for 50 estates, 30,000 rounds with 600,000 lines, made
  once, and a second time when there is nothing to make;
* ``answers``: 2,000 visits of points that phones send in one call, and again;
* ``faults``: 1,000 faults found on rounds that become work orders, given out to
  technicians on duty, with all that Odoo writes down and sends;
* ``orders``: screens at 100,000 orders of a year (``_orders.py``).

``PM_BENCH_ONLY=orders`` runs one section (``rounds`` before what needs them).
``PM_BENCH_ESTATES`` makes all of it smaller.
"""

import json
import os
import sys
import time
import uuid
from datetime import timedelta
from pathlib import Path

from _orders import orders

from odoo import SUPERUSER_ID, Command, api, fields
from odoo.modules.registry import Registry
from odoo.tools import config

from tooling import odoo_run
from tooling.steps import Failure, say

DATABASE = os.environ.get("PM_BENCH_DB")
ESTATES = int(os.environ.get("PM_BENCH_ESTATES", "50"))
PLANS, POINTS, DAYS, ROUNDS_A_DAY = 5, 10, 30, 4
ANSWERS, FAULTS = 2000, 1000
# seconds
LIMITS = {
    "rounds_s": 120,
    "rounds_again_s": 20,
    "answers_s": 10,
    "faults_s": 20,
}


def measured(env, name, work):
    """Run ``work`` on empty caches; return its result and the seconds it took."""
    env.flush_all()
    env.invalidate_all()
    began = time.perf_counter()
    result = work()
    env.flush_all()
    seconds = time.perf_counter() - began
    say(f"{name}: {seconds:.2f} s")
    return result, round(seconds, 2)


def make_plans(env):
    """Plans of all estates: ten points, two items, every six hours."""
    estates = env["pm.property"].create(
        [
            {
                "kind": "estate",
                "name": f"Benchmark {number}",
                "code": f"BM{number}",
                "tz": "Asia/Shanghai",
            }
            for number in range(ESTATES)
        ]
    )
    points = env["pm.inspection.point"].create(
        [
            {"name": f"Point {number}", "property_id": estate.id}
            for estate in estates
            for number in range(POINTS)
        ]
    )
    by_estate = points.grouped("estate_id")
    start = fields.Date.today() + timedelta(days=20)
    return env["pm.inspection.plan"].create(
        [
            {
                "name": f"Plan {number}",
                "area": "patrol",
                "property_id": estate.id,
                "schedule_start": start,
                "schedule_unit": "day",
                "least_seconds": 0,
                "window_ids": [
                    Command.create({"hour_to": 24, "every_hours": 24 / ROUNDS_A_DAY})
                ],
                "stop_ids": [
                    Command.create({"point_id": point.id, "sequence": order})
                    for order, point in enumerate(by_estate[estate])
                ],
                "item_ids": [
                    Command.create({"name": "In order"}),
                    Command.create({"name": "Pressure", "kind": "number"}),
                ],
            }
            for estate in estates
            for number in range(PLANS)
        ]
    )


def rounds(env, shared):
    """A month of rounds, twice."""
    plans = shared["plans"] = make_plans(env)
    last = plans[0].schedule_start + timedelta(days=DAYS - 1)
    made, first = measured(env, "a month of rounds", lambda: plans._generate(last))
    again, second = measured(env, "the same again", lambda: plans._generate(last))
    wanted = len(plans) * DAYS * ROUNDS_A_DAY
    if len(made) != wanted or again:
        raise Failure(f"{len(made)} and {len(again)} rounds instead of {wanted} and 0")
    shared["rounds"] = made
    return {
        "rounds": len(made),
        "lines": env["pm.inspection.line"].search_count(
            [("inspection_id", "in", made.ids)]
        ),
        "rounds_s": first,
        "rounds_again_s": second,
    }


def visits(some, value):
    """What phones send of these rounds: both items and a photo at each point."""
    now = f"{fields.Datetime.now().isoformat()}Z"
    return [
        {
            "uuid": str(uuid.uuid4()),
            "round_id": one.id,
            "point_id": point.id,
            "scanned": point.token,
            "at": now,
            "latitude": 31.2,
            "longitude": 121.4,
            "accuracy": 10,
            "entries": [
                {
                    "line_id": line.id,
                    "item_id": line.item_id.id,
                    "value": value if line.kind == "yes_no" else "3",
                }
                for line in lines
            ],
            "photos": [{"uuid": str(uuid.uuid4()), "name": "photo.jpg"}],
        }
        for one in some
        for point, lines in one.line_ids.grouped("point_id").items()
    ]


def inspector(env, shared):
    if "user" not in shared:
        shared["user"] = env["res.users"].create(
            {
                "name": "Benchmark",
                "login": f"bench-{uuid.uuid4()}",
                "group_ids": [
                    Command.link(env.ref("pm_maintenance.group_pm_inspector").id)
                ],
                "pm_all_estates": True,
            }
        )
    return env["pm.inspection.answer"].with_user(shared["user"])


def answers(env, shared):
    """Visits of 200 rounds in one call, and the same call once more."""
    some = shared["rounds"][: ANSWERS // POINTS]
    sent = visits(some, "yes")
    receiver = inspector(env, shared)
    now = f"{fields.Datetime.now().isoformat()}Z"
    stored, first = measured(
        env, f"{len(sent)} visits", lambda: receiver._receive(now, sent)
    )
    again, second = measured(
        env, "the same again", lambda: receiver._receive(now, sent)
    )
    if {one["status"] for one in stored} != {"stored"}:
        raise Failure("not every visit was stored")
    if {one["status"] for one in again} != {"again"}:
        raise Failure("a visit was stored twice")
    return {"answers": len(sent), "answers_s": first, "answers_again_s": second}


def technicians(env, estates):
    """Twenty people on duty at these estates, and the rule that gives them orders."""
    team = env["maintenance.team"].create(
        {"name": "Benchmark", "company_id": env.company.id}
    )
    now = fields.Datetime.now()
    post = {
        estate: env["pm.duty.post"].create(
            {"name": "Workshop", "property_id": estate.id}
        )
        for estate in estates
    }
    for number in range(20):
        estate = estates[number % len(estates)]
        user = env["res.users"].create(
            {
                "name": f"Technician {number}",
                "login": f"bench-{uuid.uuid4()}",
                "email": f"bench-{number}@example.com",
                "group_ids": [
                    Command.link(env.ref("pm_maintenance.group_pm_technician").id)
                ],
                "pm_estate_ids": [Command.link(estate.id)],
            }
        )
        employee = env["hr.employee"].create(
            {"name": user.name, "user_id": user.id, "pm_estate_id": estate.id}
        )
        team.member_ids = [Command.link(user.id)]
        env["pm.duty"].create(
            {
                "employee_id": employee.id,
                "post_id": post[estate].id,
                "shift_id": env.ref("pm_core.pm_duty_shift_day").id,
                "date": now.date(),
                "start": now - timedelta(hours=4),
                "stop": now + timedelta(hours=4),
            }
        )
    env["pm.dispatch.rule"].create(
        {"name": "Benchmark", "mode": "person", "team_id": team.id, "max_open": 0}
    )


def faults(env, shared):
    """Faults of other rounds become orders, each of its own, with all that is told."""
    some = shared["rounds"][-(FAULTS // POINTS) :]
    technicians(env, some.estate_id)
    lines = some.line_ids.filtered(lambda line: line.kind == "yes_no")
    lines._as_step().write({"value": "no", "answered_at": fields.Datetime.now()})
    told = {"tracking_disable": False, "mail_notify_force_send": False}
    lines = lines.with_context(**told)

    def report():
        lines._report_faults()
        # what Odoo does before the transaction ends
        env.cr.precommit.run()

    _, seconds = measured(env, f"{len(lines)} faults", report)
    if len(lines.request_id) != len(lines):
        raise Failure(f"{len(lines.request_id)} orders of {len(lines)} faults")
    if set(lines.request_id.mapped("state")) != {"dispatched"}:
        raise Failure("not every order was given to somebody")
    return {"faults": len(lines), "faults_s": seconds}


SECTIONS = (rounds, answers, faults, orders)


def main():
    config.parse_config(
        ["--no-http", "--load", odoo_run.WITHOUT_QUEUE, "--log-level", "warn"],
        setup_logging=True,
    )
    figures, shared = {}, {}
    with Registry(DATABASE).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
        only = os.environ.get("PM_BENCH_ONLY", "").split(",")
        for section in SECTIONS:
            if only != [""] and section.__name__ not in only:
                continue
            say(f"{section.__name__} …")
            figures.update(section(env, shared))
            cr.commit()
    output = Path(os.environ["PM_BENCH_OUT"])
    output.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    over = [name for name, limit in LIMITS.items() if figures.get(name, 0) > limit]
    if over:
        raise Failure(f"slower than allowed: {', '.join(over)}")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(str(failure))
