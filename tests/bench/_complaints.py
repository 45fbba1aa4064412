"""Screens and the dashboard at 20,000 and 200,000 complaints, at twenty estates.

One complaint is made by Odoo with its clocks, the others are copies in the database:
one of a hundred is open, one of a hundred hidden from somebody. They came in over five
years. Each screen is read as the web client reads it, on empty caches; the median of
some runs counts, and the number of queries must not grow with the data.
"""

import os
from datetime import date, timedelta
from functools import partial

from _orders import ESTATES, UNITS, Screen, make_places, timed
from register import copy_rows

from odoo import Command, api
from odoo.tools import SQL

from tooling.dashboards import COMPLAINTS
from tooling.steps import Failure, say

NUMBER = int(os.environ.get("PM_BENCH_COMPLAINTS", "200000"))
YEARS = 5
OPEN = [("state", "not in", ("closed", "withdrawn", "invalid", "forwarded", "merged"))]
LOOKERS = {
    "clerk": "pm_core.group_pm_service",
    "manager": "pm_core.group_pm_estate_manager",
    "company": "pm_core.group_pm_company_manager",
}


def make_lookers(env, estate):
    users = env["res.users"].with_context(no_reset_password=True)
    return {
        role: users.create(
            {
                "name": f"bench-{role}",
                "login": f"bench-{role}",
                "group_ids": [Command.link(env.ref(group).id)],
                "pm_estate_ids": [Command.set(estate.ids)],
                "pm_all_estates": role == "company",
            }
        )
        for role, group in LOOKERS.items()
    }


def make_model(env, estate):
    """One complaint with its clocks."""
    model = env["pm.complaint"]._report(
        env["pm.property"].search([("parent_id", "=", estate.id)], limit=1),
        "The lamp of the stairs is broken.",
        category=env["pm.complaint.category"].search([], limit=1),
    )
    env.flush_all()
    return model


def add_complaints(env, model, estates, users, first, last):
    """Copies of one complaint, over the years, all places and some causes."""
    causes = env["pm.complaint.cause"].search([]).ids
    categories = env["pm.complaint.category"].search([]).ids
    channels = env["pm.channel"].search([]).ids

    def one_of(ids):
        return SQL("(%s::int[])[1 + here.number %% %s]", ids, len(ids))

    is_open = SQL("here.number %% 100 = 0")
    at = SQL(
        "date_trunc('second', now() AT TIME ZONE 'UTC'"
        " - interval '%s years' * here.number / %s)",
        YEARS,
        NUMBER,
    )
    state = SQL("CASE WHEN %s THEN 'investigating' ELSE 'closed' END", is_open)
    ended = SQL("CASE WHEN NOT (%s) THEN %s + interval '3 days' END", is_open, at)
    numbers = SQL(
        """(SELECT number, place.id AS place, place.estate_id AS estate
              FROM generate_series(%s, %s) number
              JOIN (SELECT *, row_number() OVER (ORDER BY id) - 1 AS rank
                      FROM pm_property
                     WHERE kind = 'common' AND estate_id = ANY(%s)) place
                ON place.rank = number * 7 %% %s) here""",
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
            "id": SQL("nextval('pm_complaint_id_seq')"),
            "number": SQL("'BENCH/' || here.number"),
            "external_ref": SQL("NULL"),
            "name": SQL("'Lamp ' || here.number"),
            "description": SQL("'The lamp ' || md5(here.number::text)"),
            "property_id": SQL("here.place"),
            "estate_id": SQL("here.estate"),
            "category_id": one_of(categories),
            "channel_id": one_of(channels),
            "cause_id": one_of(causes),
            "user_id": one_of([user.id for user in users.values()]),
            "state": state,
            "received_at": at,
            "replied_at": SQL("%s + interval '5 hours'", at),
            "closed_at": ended,
            "verdict": SQL("CASE WHEN here.number %% 3 > 0 THEN 'satisfied' END"),
        },
    )
    new = SQL(
        """(SELECT id AS res, state, received_at, estate_id
              FROM pm_complaint
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
                "started": SQL("here.received_at"),
                "deadline": SQL("here.received_at + interval '2 days'"),
                "state": SQL(
                    "CASE here.state WHEN 'closed' THEN 'met' ELSE 'running' END"
                ),
                "reached": SQL(
                    "CASE here.state WHEN 'closed' THEN here.received_at END"
                ),
            },
        )
    env.cr.execute(
        SQL(
            """INSERT INTO pm_complaint_concerned_rel (complaint_id, user_id)
               SELECT id, %s FROM pm_complaint
                WHERE number LIKE 'BENCH/%%' AND id %% 100 = 1
               ON CONFLICT DO NOTHING""",
            users["manager"].id,
        )
    )
    env.cr.commit()
    # as the database's own vacuum leaves it: the pages that all may see are known
    env.cr._cnx.autocommit = True
    env.cr.execute("VACUUM ANALYZE")
    env.cr._cnx.autocommit = False


def dashboard(env):
    """{title: call} for what the dashboard asks for, of ninety days: the numbers of a
    pivot together, each chart alone."""
    since = str(date.today() - timedelta(days=90))
    document = COMPLAINTS.document()
    asked = {
        pivot["name"]: (
            pivot["model"],
            pivot["domain"],
            pivot["fieldMatching"],
            [],
            [measure["fieldName"] for measure in pivot["measures"]],
        )
        for pivot in document["pivots"].values()
    }
    for figure in document["sheets"][0]["figures"]:
        data = figure["data"]
        if meta := data.get("metaData"):
            asked[data["title"]["text"]] = (
                meta["resModel"],
                data["searchParams"]["domain"],
                data["fieldMatching"],
                meta["groupBy"],
                [meta["measure"]],
            )
    found = {}
    for title, (model, domain, matching, groups, measures) in asked.items():
        fields = env[model]._fields
        found[title] = partial(
            env[model].formatted_read_group,
            [*domain, [matching["period"]["chain"], ">=", since]],
            groups,
            [
                name if name == "__count" else f"{name}:{fields[name].aggregator}"
                for name in measures
            ],
        )
    return found


def calls(env):
    """{name: what is measured} for a user."""
    screen = Screen(env, "pm_complaints.pm_complaint_action")
    figures = Screen(env, "pm_complaints.pm_complaint_report_action")
    columns = ("number", "name", "description")
    word = ["|", "|", *((column, "ilike", "777") for column in columns)]
    # at the estate of who looks: one handled elsewhere is another matter
    own = [*OPEN, ("number", "like", "BENCH"), ("estate_id.code", "=", "BO0")]
    one = screen.model.search(own, limit=1).id
    return {
        "list": lambda: screen.rows(OPEN),
        "kanban": lambda: screen.board(OPEN),
        "form": lambda: screen.form(one),
        "all": screen.rows,
        "search": lambda: screen.rows(word),
        "number": lambda: screen.rows([("number", "ilike", "BENCH/7777")]),
        "overdue": lambda: screen.rows([("sla_state", "=", "overdue")]),
        "figures": figures.rows,
        "pivot": lambda: pivot(figures),
    }


def pivot(figures):
    """The table that opens first: all its measures, this year's complaints."""
    node = figures.nodes["pivot"]
    named = {kind: [] for kind in ("row", "measure")}
    for field in node.iter("field"):
        named[field.get("type")].append(field.get("name"))
    sums = [
        f"{name}:{figures.model._fields[name].aggregator}" for name in named["measure"]
    ]
    domain = [
        ("kind", "=", "complaint"),
        ("received_at", ">=", str(date.today().replace(month=1, day=1))),
    ]
    return figures.model.formatted_read_grouping_sets(
        domain, [[], named["row"]], ["__count", *sums]
    )


def measure(env, users):
    """{(role, what): (milliseconds, queries)}, the dashboard as one of them."""
    found = {}
    for role, user in users.items():
        own = api.Environment(
            env.cr,
            user.id,
            {"lang": "en_US", "allowed_company_ids": user.company_ids.ids},
        )
        for name, call in calls(own).items():
            found[role, name] = timed(own, call)
        if role == "clerk":
            continue
        # The web client asks for each by a request of its own, all at once: who
        # opens it waits for the sum of them, where one process answers.
        parts = {title: timed(own, call) for title, call in dashboard(own).items()}
        slowest = max(parts, key=parts.get)
        say(f"{role}: of the dashboard, {slowest}: {parts[slowest][0]:.0f} ms")
        found[role, "dashboard"] = tuple(map(sum, zip(*parts.values(), strict=True)))
    return found


def lists(env):
    """Milliseconds of each screen and of the dashboard, of who waits most."""
    estates, _places = make_places(env)
    users = make_lookers(env, estates[0])
    model = make_model(env, estates[0])
    done, found = 0, []
    for size in (NUMBER // 10, NUMBER):
        add_complaints(env, model, estates, users, done + 1, size)
        done = size
        env.invalidate_all()
        found.append(measure(env, users))
    before, after = found
    figures, growing = {}, []
    for (role, name), (ms, queries) in after.items():
        ms_before, queries_before = before[role, name]
        say(
            f"{role}: {name}: {ms_before:.0f} → {ms:.0f} ms,"
            f" {queries_before} → {queries} queries"
        )
        figures[f"{name}_ms"] = max(figures.get(f"{name}_ms", 0), round(ms))
        # people and places that are read once more are no growth, nor is what was
        # empty before
        if queries_before > 1 and queries > queries_before + 5:
            growing.append(f"{role}: {name} ({queries_before} → {queries})")
    if growing:
        raise Failure(f"queries grow with the data: {'; '.join(growing)}")
    return figures
