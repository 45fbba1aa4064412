"""100,000 service-level clocks re-evaluated for breaches.

The clocks belong to 100 estates with working calendars of their own, half of them
with lunch breaks and holidays, some in zones with daylight saving, some around the
clock; a third has one to three pauses, a tenth is paused. Measured are

* the evaluation: every deadline worked out anew from target, calendar and pauses,
  first with every one to be stored, then with nothing changed, as every few minutes;
* finding the breaches: how many are overdue, and the first page of them;
* the escalation of 1,000 clocks.
"""

import json
import os
import random
import sys
import time
from datetime import timedelta
from pathlib import Path

from odoo import SUPERUSER_ID, Command, api, fields
from odoo.modules.registry import Registry
from odoo.tools import config, split_every

from tooling import odoo_run
from tooling.steps import Failure, say

DATABASE = os.environ["PM_BENCH_DB"]
OUTPUT = Path(os.environ["PM_BENCH_OUT"])
COUNT = int(os.environ.get("PM_BENCH_CLOCKS", "100000"))
ESCALATED = 1000
ESTATES = 100
ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Sydney")
LIMIT_SECONDS = 10


def make_calendars(env):
    """Calendars with and without lunch break, with the holidays of a year."""
    calendars = env["resource.calendar"]
    for number in range(10):
        hours = [(9, 12), (13, 18)] if number % 2 else [(8, 20)]
        calendars |= calendars.create(
            {
                "name": f"Benchmark {number}",
                "tz": "Asia/Shanghai",
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "name": "Work",
                                "dayofweek": str(day),
                                "day_period": "morning" if start < 12 else "afternoon",
                                "hour_from": start,
                                "hour_to": end,
                            }
                        )
                        for day in range(5 + number % 3)
                        for start, end in hours
                    ),
                ],
            }
        )
    today = fields.Date.today()
    env["resource.calendar.leaves"].create(
        [
            {
                "name": "Holiday",
                "calendar_id": calendar.id,
                "date_from": f"{today + timedelta(days=offset)} 00:00:00",
                "date_to": f"{today + timedelta(days=offset + 2)} 00:00:00",
            }
            for calendar in calendars
            for offset in range(-180, 180, 30)
        ]
    )
    return calendars


def make_data(env):
    """The policies, the estates and the clocks, written as the model would."""
    random.seed(4)
    calendars = make_calendars(env)
    estates = env["pm.property"].create(
        [
            {
                "kind": "estate",
                "name": f"Estate {number}",
                "code": f"B{number}",
                "tz": ZONES[number % len(ZONES)],
                "resource_calendar_id": calendars[number % len(calendars)].id,
            }
            for number in range(ESTATES)
        ]
    )
    model = env["ir.model"]._get("pm.requirement")
    policies = env["pm.sla.policy"].create(
        [
            {
                "name": f"Benchmark {hours}",
                "model_id": model.id,
                "hours": hours,
                "target_ids": [
                    Command.create({"name": f"{h} h", "hours": h, "warn_hours": h / 4})
                    for h in (2, 8, 40, 160)
                ],
                "level_ids": [
                    Command.create(
                        {
                            "timing": timing,
                            "hours": after,
                            "recipient": "user",
                            "user_id": SUPERUSER_ID,
                        }
                    )
                    for timing, after in (("warning", 0), ("overdue", 0))
                ],
            }
            for hours in ("calendar", "calendar", "calendar", "always")
        ]
    )
    targets = policies.target_ids
    # real documents for the clocks that are escalated
    needs = env["pm.requirement"].create(
        [
            {
                "title": f"Benchmark {number}",
                "prospect_name": "Benchmark",
                "property_id": estates[number % ESTATES].id,
            }
            for number in range(ESCALATED // 4)
        ]
    )
    last = needs[-1].id
    now = fields.Datetime.now()
    needs.sla_clock_ids.write({"started": now - timedelta(days=60)})
    Clock, Pause = env["pm.sla.clock"], env["pm.sla.pause"]
    for numbers in split_every(10_000, range(COUNT)):
        clocks = Clock.create(
            [
                {
                    "target_id": random.choice(targets).id,
                    "res_model": needs._name,
                    # numbers of documents that need not exist to be evaluated
                    "res_id": last + 1 + number,
                    "estate_id": random.choice(estates).id,
                    "company_id": env.company.id,
                    "started": now - timedelta(minutes=random.randrange(60 * 24 * 60)),
                    "state": "paused" if number % 10 == 0 else "running",
                }
                for number in numbers
            ]
        )
        pauses = []
        for clock in clocks:
            begins = clock.started
            for _ in range(random.choice((0, 0, 1, 2, 3)) if clock.id % 3 == 0 else 0):
                begins += timedelta(minutes=random.randrange(2000))
                ends = begins + timedelta(minutes=random.randrange(2000))
                pauses.append((clock, begins, ends))
                begins = ends
            if clock.state == "paused":
                pauses.append((clock, max(begins, clock.started), None))
        Pause.create(
            [
                {"clock_id": clock.id, "date_from": begins, "date_to": ends}
                for clock, begins, ends in pauses
            ]
        )
    env.cr.commit()


def measured(env, label, step):
    """Run ``step`` with an empty cache; return its result, CPU seconds, queries."""
    env.invalidate_all()
    queries = env.cr.sql_log_count
    started, cpu = time.perf_counter(), time.process_time()
    result = step()
    env.flush_all()
    seconds = time.perf_counter() - started
    cpu = time.process_time() - cpu
    queries = env.cr.sql_log_count - queries
    say(f"{label}: {seconds:.2f} s ({cpu:.2f} s CPU), {queries} queries, {result}")
    return result, seconds, cpu, queries


def main():
    """Measure, print, and fail when it takes too long or queries grow."""
    config.parse_config(
        ["--no-http", "--load", odoo_run.WITHOUT_QUEUE, "--log-level", "warn"],
        setup_logging=True,
    )
    with Registry(DATABASE).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        say(f"making {COUNT} clocks …")
        make_data(env)
        Clock = env["pm.sla.clock"]
        open_domain = [("state", "in", ("running", "paused"))]
        evaluate = lambda: Clock.search(open_domain)._evaluate()  # noqa: E731
        first, first_seconds, first_cpu, _ = measured(env, "first evaluation", evaluate)
        env.cr.commit()
        same, seconds, cpu, queries = measured(
            env, "evaluation, nothing changed", evaluate
        )
        few = Clock.search(open_domain, limit=100)
        *_, few_queries = measured(env, "evaluation of 100", few._evaluate)
        overdue, search_seconds, *_ = measured(
            env,
            "finding the overdue",
            lambda: Clock.search_count([("is_overdue", "=", True)]),
        )
        measured(
            env,
            "the first page of them",
            lambda: len(
                Clock.search([("is_overdue", "=", True)], limit=80).read(["deadline"])
            ),
        )
        due = env["pm.requirement"].search([("title", "like", "Benchmark %")])
        due = due.sla_clock_ids
        now = fields.Datetime.now()
        _, escalation, *_ = measured(
            env, f"escalation of {len(due)}", lambda: due._escalate(now)
        )
        if len(due.alert_ids) < len(due):
            raise Failure("not every clock was escalated")
    figures = {
        "clocks": COUNT,
        "evaluate_s": round(seconds, 2),
        "evaluate_cpu_s": round(cpu, 2),
        "evaluate_all_changed_s": round(first_seconds, 2),
        "evaluate_all_changed_cpu_s": round(first_cpu, 2),
        "evaluate_queries": queries,
        "evaluate_queries_100": few_queries,
        "find_overdue_s": round(search_seconds, 3),
        "overdue": overdue,
        "escalate_1000_s": round(escalation, 2),
    }
    OUTPUT.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    if same:
        raise Failure(f"{same} deadlines changed although nothing else did")
    if not first or not overdue:
        raise Failure("nothing was evaluated")
    # storing 100,000 changed deadlines is the work of the database
    if max(seconds, first_cpu) > LIMIT_SECONDS:
        raise Failure(f"more than {LIMIT_SECONDS} s")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(str(failure))
