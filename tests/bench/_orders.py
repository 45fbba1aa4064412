"""Screens of work orders at 10,000 and at 100,000 orders of a year.

Twenty estates, 200 technicians. One order is made by Odoo with its clocks and steps,
the others are copies in the database: two of a hundred are open. Each screen is read
as the web client reads it, on empty caches; the median of some runs counts, and the
number of queries must not grow with the data.
"""

import statistics
import time
from ast import literal_eval

from lxml import etree
from register import copy_rows, specification

from odoo import Command, api
from odoo.tools import SQL

from tooling.steps import Failure, say

ESTATES, UNITS, STAFF = 20, 50, 200
SIZES = (10_000, 100_000)
RUNS, GOAL_MS = 5, 300
OPEN = [("state", "not in", ("verified", "closed", "cancelled"))]
# of a hundred orders; all others are on file
STATES = ("reported", "dispatched", "on_site")


def make_places(env):
    estates = env["pm.property"].create(
        [
            {"kind": "estate", "name": f"Orders {number}", "code": f"BO{number}"}
            for number in range(ESTATES)
        ]
    )
    units = env["pm.property"].create(
        [
            {
                "kind": "common",
                "name": f"Place {number}",
                "code": f"{estate.code}-{number}",
                "parent_id": estate.id,
            }
            for estate in estates
            for number in range(UNITS)
        ]
    )
    return estates, units


def make_staff(env, estates):
    """Ten technicians an estate, and those who look at all."""

    def values(login, group, estate=None):
        return {
            "name": login,
            "login": login,
            "group_ids": [Command.link(env.ref(group).id)],
            "pm_estate_ids": [Command.set(estate.ids if estate else [])],
            "pm_all_estates": not estate,
        }

    technician = "pm_maintenance.group_pm_technician"
    dispatcher = "pm_maintenance.group_pm_dispatcher"
    users = env["res.users"].with_context(no_reset_password=True)
    staff = users.create(
        [
            values(f"bench-tech-{number}", technician, estates[number % ESTATES])
            for number in range(STAFF)
        ]
    )
    return staff, {
        "technician": staff[0],
        "dispatcher": users.create(values("bench-desk", dispatcher, estates[0])),
        "manager": users.create(
            values("bench-head", "pm_core.group_pm_company_manager")
        ),
    }


def make_model(env, place, user):
    """One order that was reported, dispatched and begun."""
    order = env["maintenance.request"]._report(
        place,
        "Water drips",
        category=env["pm.fault.category"].search([], limit=1),
        dispatch=False,
    )
    order._give(user, env["res.partner"], "Benchmark")
    order.action_accept()
    order.action_arrive()
    env.flush_all()
    return order


def add_orders(env, model, estates, staff, first, last):
    """Copy the model: over a year, all places and all technicians."""
    open_state = SQL(
        "(ARRAY[%s])[1 + here.number / 50 %% %s]",
        SQL(", ").join(map(SQL, map("'{}'".format, STATES))),
        len(STATES),
    )
    state = SQL("CASE WHEN here.number %% 50 = 0 THEN %s ELSE 'closed' END", open_state)
    at = SQL(
        "now() AT TIME ZONE 'UTC' - interval '1 year' * here.number / %s", SIZES[-1]
    )
    ended = SQL("CASE WHEN here.number %% 50 <> 0 THEN %s END", at)
    numbers = SQL(
        """(SELECT number, place.id AS place, place.estate_id AS estate,
                   (%s::int[])[1 + number %% %s] AS person
              FROM generate_series(%s, %s) number
              JOIN (SELECT *, row_number() OVER (ORDER BY id) - 1 AS rank
                      FROM pm_property
                     WHERE kind = 'common' AND estate_id = ANY(%s)) place
                ON place.rank = number %% %s) here""",
        staff.ids,
        STAFF,
        first,
        last,
        estates.ids,
        ESTATES * UNITS,
    )
    copy_rows(
        env,
        model,
        numbers,
        {
            "id": SQL("nextval('maintenance_request_id_seq')"),
            "number": SQL("'BENCH/' || here.number"),
            "external_ref": SQL("NULL"),
            "name": SQL("'Water drips ' || here.number"),
            "property_id": SQL("here.place"),
            "estate_id": SQL("here.estate"),
            "user_id": SQL("here.person"),
            "state": state,
            "reported_at": at,
            "done_at": ended,
            "closed_at": ended,
        },
    )
    new = SQL(
        """(SELECT id AS res, state, reported_at, estate_id
              FROM maintenance_request
             WHERE number LIKE 'BENCH/%%'
               AND substr(number, 7)::int BETWEEN %s AND %s) here""",
        first,
        last,
    )
    for clock in model.sla_clock_ids:
        copy_rows(
            env,
            clock,
            new,
            {
                "id": SQL("nextval('pm_sla_clock_id_seq')"),
                "res_id": SQL("here.res"),
                "estate_id": SQL("here.estate_id"),
                "started": SQL("here.reported_at"),
                "deadline": SQL("here.reported_at + interval '2 hours'"),
                "state": SQL(
                    "CASE here.state WHEN 'closed' THEN 'met' ELSE 'running' END"
                ),
                "reached": SQL(
                    "CASE here.state WHEN 'closed' THEN here.reported_at END"
                ),
            },
        )
    for step in model.step_ids:
        copy_rows(
            env,
            step,
            new,
            {
                "id": SQL("nextval('pm_order_step_id_seq')"),
                "request_id": SQL("here.res"),
                "at": SQL("here.reported_at"),
            },
        )
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()


class Screen:
    """One action as a user has it: its kanban, its list, and the form of a record."""

    def __init__(self, env, action):
        action = action if "." in action else f"pm_maintenance.{action}"
        values = env["ir.actions.act_window"]._for_xml_id(action)
        context = literal_eval(values["context"] or "{}")
        self.model = env[values["res_model"]].with_context(**context)
        domain = (values["domain"] or "[]").replace("uid", str(env.uid))
        self.domain = literal_eval(domain)
        kinds = {kind: view for view, kind in values["views"]}
        archs = self.model.get_views([(view, kind) for kind, view in kinds.items()])
        self.nodes = {
            kind: etree.fromstring(view["arch"])
            for kind, view in archs["views"].items()
        }

    def spec(self, kind):
        return specification(self.model, self.nodes[kind])

    def board(self, domain=()):
        """The kanban with its columns, their first cards and their bars."""
        node, whole = self.nodes["kanban"], [*self.domain, *domain]
        group = node.get("default_group_by")
        if not group:
            return self.model.web_search_read(
                whole, self.spec("kanban"), limit=40, count_limit=10_001
            )
        bar = node.find("progressbar")
        if bar is not None:
            colors = {"field": bar.get("field"), "colors": {}, "help": ""}
            self.model.read_progress_bar(whole, group, colors)
        return self.model.web_read_group(
            whole,
            [group],
            ["__count"],
            auto_unfold=True,
            unfold_read_specification=self.spec("kanban"),
            unfold_read_default_limit=20,
        )

    def rows(self, domain=()):
        return self.model.web_search_read(
            [*self.domain, *domain],
            self.spec("list"),
            limit=80,
            order=self.nodes["list"].get("default_order"),
            count_limit=10_001,
        )

    def form(self, record):
        return self.model.browse(record).web_read(self.spec("form"))


def calls(env):
    """{name: what is measured} for a user."""
    orders = Screen(env, "maintenance_request_action")
    one = orders.model.search([*OPEN, ("number", "like", "BENCH")], limit=1).id
    found = {
        "kanban": lambda: orders.board(OPEN),
        "kanban, all": orders.board,
        "list": lambda: orders.rows(OPEN),
        "list, all": orders.rows,
        "list, number": lambda: orders.rows([("number", "ilike", "BENCH/777")]),
        "list, overdue": lambda: orders.rows([("sla_state", "=", "overdue")]),
        "form": lambda: orders.form(one),
    }
    if env.user.has_group("pm_maintenance.group_pm_dispatcher"):
        desk = Screen(env, "maintenance_request_action_desk")
        found["what needs attention"] = desk.rows
        return found
    mine = Screen(env, "maintenance_request_action_mine")
    today = Screen(env, "maintenance_request_action_today")
    return {
        **found,
        "my orders, kanban": lambda: mine.board(OPEN),
        "my orders, list": mine.rows,
        "today": today.board,
    }


def timed(env, call):
    """(milliseconds, queries) of a call on empty caches."""
    call()  # fills what a running server has
    times = []
    for _run in range(RUNS):
        env.invalidate_all()
        queries, began = env.cr.sql_log_count, time.perf_counter()
        call()
        times.append((time.perf_counter() - began) * 1000)
        queries = env.cr.sql_log_count - queries
    return statistics.median(times), queries


def orders(env, _shared):
    """Kanban, lists, *my orders* and forms at both sizes."""
    estates, places = make_places(env)
    staff, lookers = make_staff(env, estates)
    model = make_model(env, places[0], staff[0])
    done, found, began = 0, {}, time.perf_counter()
    for size in SIZES:
        add_orders(env, model, estates, staff, done + 1, size)
        done = size
        for role, user in lookers.items():
            own = api.Environment(
                env.cr,
                user.id,
                {"lang": "en_US", "allowed_company_ids": user.company_ids.ids},
            )
            for name, call in calls(own).items():
                found[size, role, name] = timed(own, call)
    small, large = SIZES
    slow, growing = [], []
    for (size, role, name), (ms, queries) in found.items():
        if size != large:
            continue
        before = found[small, role, name]
        say(
            f"{role}: {name}: {before[0]:.0f} → {ms:.0f} ms, {before[1]} → {queries}"
            " queries"
        )
        if ms > GOAL_MS:
            slow.append(f"{role}: {name} ({ms:.0f} ms)")
        # columns that are empty at first, and people read once more, are no growth
        if queries > before[1] + 5:
            growing.append(f"{role}: {name} ({before[1]} → {queries} queries)")
    say(f"{time.perf_counter() - began:.0f} s")
    if slow or growing:
        raise Failure(f"slower than allowed, or growing: {'; '.join(slow + growing)}")
    return {
        "orders": large,
        **{
            f"{role}_{name}_ms".replace(", ", "_").replace(" ", "_"): round(ms, 1)
            for (size, role, name), (ms, _queries) in found.items()
            if size == large
        },
    }
