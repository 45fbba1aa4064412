"""Server time of the register at 10,000 and at 100,000 units.

Five estates of twenty buildings; every unit has a former owner, an owner and a
tenant. Each list and form is read as the web client reads it: with the fields of its
view, 80 rows, its order and its count. Every call is done on an empty record cache,
the median of some runs counts; the number of queries must not grow with the data.
"""

import json
import os
import statistics
import sys
import time
from ast import literal_eval
from pathlib import Path

from lxml import etree

from odoo import SUPERUSER_ID, Command, api
from odoo.modules.registry import Registry
from odoo.tools import SQL, config

from tooling import odoo_run
from tooling.steps import Failure, say

DATABASE = os.environ["PM_BENCH_DB"]
OUTPUT = Path(os.environ["PM_BENCH_OUT"])
ESTATES, BUILDINGS = 5, 20
SIZES = (10_000, 100_000)
RUNS = 5
GOAL_MS = 300
LIMIT, COUNT_LIMIT = 80, 10_001


# ----------------------------------------------------------------------
# The data: one record of each kind is made by Odoo, the rest are copies
# ----------------------------------------------------------------------


def make_estates(env):
    """Make the estates with their buildings, and one unit with its three people."""
    estates = env["pm.property"].create(
        [
            {"kind": "estate", "name": f"Estate {number}", "code": f"E{number}"}
            for number in range(1, ESTATES + 1)
        ]
    )
    buildings = env["pm.property"].create(
        [
            {
                "kind": "building",
                "name": f"Building {number}",
                "code": str(number),
                "parent_id": estate.id,
            }
            for estate in estates
            for number in range(1, BUILDINGS + 1)
        ]
    )
    unit = env["pm.property"].create(
        {
            "kind": "unit",
            "name": "model",
            "code": "model",
            "parent_id": buildings[0].id,
            "gross_area": 90,
            "usage": "residential",
            "state": "occupied",
        }
    )
    partner = env["res.partner"].create(
        {"name": "model", "phone": "139", "pm_estate_id": estates[0].id}
    )
    occupancy = env["pm.occupancy"].create(
        {
            "property_id": unit.id,
            "partner_id": partner.id,
            "role": "owner",
            "date_from": "2020-01-01",
        }
    )
    env.flush_all()
    return unit, partner, occupancy


def copy_rows(env, record, source, columns):
    """Insert copies of ``record``, with ``columns`` ({name: SQL}) from ``source``."""
    env.cr.execute(
        SQL(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = %s AND is_generated = 'NEVER'",
            record._table,
        )
    )
    names = [name for (name,) in env.cr.fetchall() if name != "id" or "id" in columns]
    values = [
        columns.get(name) or SQL("model.%s", SQL.identifier(name)) for name in names
    ]
    env.cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s model, %s WHERE model.id = %s",
            SQL.identifier(record._table),
            SQL(", ").join(map(SQL.identifier, names)),
            SQL(", ").join(values),
            SQL.identifier(record._table),
            source,
            record.id,
        )
    )
    return env.cr.rowcount


def add_units(env, models, first, last):
    """Add units ``first`` to ``last`` of each building, with their people."""
    unit, partner, occupancy = models
    buildings = SQL("pm_property building, generate_series(%s, %s) number", first, last)
    is_building = SQL(" AND building.kind = 'building'")
    new = SQL("nextval('pm_property_id_seq')")
    copy_rows(
        env,
        unit,
        SQL(
            "(SELECT %s AS new_id, building.*, number FROM %s WHERE TRUE %s) here",
            new,
            buildings,
            is_building,
        ),
        {
            "id": SQL("here.new_id"),
            "name": SQL("here.number::text"),
            "code": SQL("here.code || '-' || lpad(here.number::text, 4, '0')"),
            "code_sort": SQL(
                "lpad(here.code, 8, '0') || '-' || lpad(here.number::text, 8, '0')"
            ),
            "parent_id": SQL("here.id"),
            "parent_path": SQL("here.parent_path || here.new_id || '/'"),
            "estate_id": SQL("here.estate_id"),
            "building_id": SQL("here.id"),
            "floor": SQL("here.number / 4"),
        },
    )
    people = SQL(
        """(SELECT place.*, who
              FROM pm_property place, unnest(ARRAY['former', 'owner', 'tenant']) who
             WHERE place.kind = 'unit' AND place.name <> 'model'
               AND place.name::int BETWEEN %s AND %s) here""",
        first,
        last,
    )
    name = SQL("here.who || ' ' || here.estate_id || '/' || here.code")
    copy_rows(
        env,
        partner,
        people,
        {
            "id": SQL("nextval('res_partner_id_seq')"),
            "name": name,
            "complete_name": name,
            "ref": name,
            "phone": SQL("'139' || lpad(here.id::text, 8, '0')"),
            "pm_estate_id": SQL("here.estate_id"),
            "commercial_partner_id": SQL("currval('res_partner_id_seq')"),
        },
    )
    copy_rows(
        env,
        occupancy,
        SQL("%s JOIN res_partner person ON person.ref = %s", people, name),
        {
            "id": SQL("nextval('pm_occupancy_id_seq')"),
            "property_id": SQL("here.id"),
            "estate_id": SQL("here.estate_id"),
            "building_id": SQL("here.building_id"),
            "partner_id": SQL("person.id"),
            "role": SQL("CASE here.who WHEN 'tenant' THEN 'tenant' ELSE 'owner' END"),
            "date_from": SQL(
                "CASE here.who WHEN 'former' THEN date '2010-01-01'"
                " ELSE date '2020-01-01' END"
            ),
            "date_to": SQL("CASE here.who WHEN 'former' THEN date '2019-12-31' END"),
        },
    )
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()


def make_users(env):
    """Make the three who look: of one estate, of all of them, and a resident."""
    estate = env["pm.property"].search([("code", "=", "E3"), ("kind", "=", "estate")])
    unit = env["pm.property"].search(
        [("code", "=", "7-0042"), ("estate_id", "=", estate.id)]
    )

    def make(login, groups, **vals):
        return env["res.users"].create(
            {
                "name": login,
                "login": login,
                "group_ids": [Command.set([env.ref(group).id for group in groups])],
                **vals,
            }
        )

    users = {
        "service": make(
            "bench_service",
            ["base.group_user", "pm_core.group_pm_service"],
            pm_estate_ids=[Command.set(estate.ids)],
        ),
        "company": make(
            "bench_company", ["base.group_user", "pm_core.group_pm_company_manager"]
        ),
        "resident": make(
            "bench_resident",
            ["base.group_portal"],
            partner_id=unit.occupant_ids.filtered(
                lambda partner: partner.name.startswith("tenant")
            ).id,
        ),
    }
    env.cr.commit()
    return users, estate, unit


# ----------------------------------------------------------------------
# What the web client asks for
# ----------------------------------------------------------------------


def specification(model, node):
    """The fields of a view, as the client asks for them."""
    spec = {}
    for field in node.xpath(".//field[not(ancestor::field)]"):
        name = field.get("name")
        if name not in model._fields:
            continue
        spec[name] = _field_specification(model, field)
    return spec


def _field_specification(model, field):
    definition = model._fields[field.get("name")]
    if not definition.relational or definition.type == "many2one_reference":
        return {}
    below = {"display_name": {}}
    inner = (
        field.find("list") if field.find("list") is not None else field.find("kanban")
    )
    if inner is not None:
        below = specification(model.env[definition.comodel_name], _detached(inner))
    return {"fields": below, **({} if definition.type == "many2one" else {"limit": 40})}


def _detached(node):
    return etree.fromstring(etree.tostring(node))


class Screen:
    """What one user does in the views of one action."""

    def __init__(self, env, action):
        values = env["ir.actions.act_window"]._for_xml_id(action)
        self.domain = literal_eval(values["domain"] or "[]")
        self.model = env[values["res_model"]]
        views = {kind: view for view, kind in values["views"]}
        archs = self.model.get_views(
            [(views.get("list"), "list"), (views.get("form"), "form")]
        )["views"]
        self.list_node = etree.fromstring(archs["list"]["arch"])
        self.list_spec = specification(self.model, self.list_node)
        self.form_spec = specification(
            self.model, etree.fromstring(archs["form"]["arch"])
        )

    def rows(self, domain=()):
        """The first page of the list."""
        return self.model.web_search_read(
            [*self.domain, *domain],
            self.list_spec,
            limit=LIMIT,
            order=self.list_node.get("default_order"),
            count_limit=COUNT_LIMIT,
        )

    def groups(self, groupby, domain=()):
        """The list, grouped."""
        aggregates = [
            f"{name}:{field.aggregator}"
            for name, field in self.model._fields.items()
            if name in self.list_spec
            and field.store
            and field.aggregator
            and field.type in ("float", "integer", "monetary")
        ]
        return self.model.web_read_group(
            [*self.domain, *domain], [groupby], aggregates, limit=LIMIT
        )

    def form(self, record):
        """The form of a record."""
        return self.model.browse(record.id).web_read(self.form_spec)


def calls(env, role, estate, unit):
    """{name: function} of what is measured for a user."""
    owner = unit.with_user(SUPERUSER_ID).occupancy_ids.partner_id.filtered(
        lambda partner: partner.name.startswith("owner")
    )
    if role == "resident":
        # what the portal page asks for: residents have no right on the register
        occupancies = env["pm.occupancy"].sudo()
        own = [("partner_id", "child_of", env.user.partner_id.id)]
        held = ["display_name", "role", "date_from", "date_to", "property_id"]
        return {"own properties": lambda: occupancies.search_read(own, held)}
    units = Screen(env, "pm_core.pm_property_action_unit")
    people = Screen(env, "pm_core.res_partner_action")
    holdings = Screen(env, "pm_core.pm_occupancy_action")
    contracts = Screen(env, "pm_core.pm_contract_action")
    return {
        "units": units.rows,
        "units by building": lambda: units.groups("building_id"),
        "units by estate": lambda: units.groups("estate_id"),
        "units, code": lambda: units.rows([("code", "ilike", "7-0042")]),
        "units, customer": lambda: units.rows([("occupant_ids", "ilike", owner.name)]),
        "units, side panel": lambda: units.model.search_panel_select_range(
            "estate_id", enable_counters=True, search_domain=units.domain
        ),
        "unit": lambda: units.form(unit),
        "estate": lambda: units.form(estate),
        "customers": people.rows,
        "customers, name": lambda: people.rows(
            [("complete_name", "ilike", owner.name)]
        ),
        "customers, phone": lambda: people.rows([("phone", "ilike", owner.phone)]),
        "customer": lambda: people.form(owner),
        "occupancies": holdings.rows,
        "occupancies, current": lambda: holdings.rows([("is_current", "=", True)]),
        "contracts": contracts.rows,
        "find unit": lambda: units.model.name_search(f"{estate.name} 7-0042", limit=8),
        "find customer": lambda: people.model.name_search(owner.name, limit=8),
        "find by phone": lambda: people.model.name_search(owner.phone, limit=8),
    }


# ----------------------------------------------------------------------
# Measuring
# ----------------------------------------------------------------------


def measure(env, users, estate, unit):
    """{(role, call): (milliseconds, queries)}"""
    found = {}
    for role, user in users.items():
        own = api.Environment(
            env.cr, user.id, {"lang": "zh_CN", "allowed_company_ids": env.company.ids}
        )
        todo = calls(own, role, estate.with_env(own), unit.with_env(own))
        for name, call in todo.items():
            call()  # fills the caches that a running server has
            times = []
            for _run in range(RUNS):
                own.invalidate_all()
                queries, started = env.cr.sql_log_count, time.perf_counter()
                call()
                times.append((time.perf_counter() - started) * 1000)
                queries = env.cr.sql_log_count - queries
            found[role, name] = statistics.median(times), queries
    return found


def main():
    """Build up, measure at each size, print a table and write the figures."""
    config.parse_config(
        ["--no-http", "--load", odoo_run.WITHOUT_QUEUE, "--log-level", "warn"],
        setup_logging=True,
    )
    results = {}
    with Registry(DATABASE).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        models = make_estates(env)
        done = 0
        for size in SIZES:
            say(f"making {size:,} units and {3 * size:,} occupancies …")
            last = size // (ESTATES * BUILDINGS)
            add_units(env, models, done + 1, last)
            done = last
            if not results:
                users, estate, unit = make_users(env)
            env.invalidate_all()
            results[size] = measure(env, users, estate, unit)
    report(results)


def report(results):
    """Print the table; fail when a count of queries grows with the data."""
    small, large = (results[size] for size in SIZES)
    say(f"{'':<36}{'10,000 units':>20}{'100,000 units':>20}")
    for key, (time_small, queries_small) in small.items():
        time_large, queries_large = large[key]
        late = "" if time_large < GOAL_MS else "  over the goal"
        grown = "" if queries_large <= queries_small else "  more queries"
        say(
            f"{': '.join(key):<36}{time_small:>9.1f} ms {queries_small:>3} q"
            f"    {time_large:>9.1f} ms {queries_large:>3} q{late}{grown}"
        )
    grown = [key for key in small if large[key][1] > small[key][1]]
    slowest = max(large, key=lambda key: large[key][0])
    figures = {
        "slowest": ": ".join(slowest),
        "slowest_ms": round(large[slowest][0], 1),
        "over_goal": sum(ms >= GOAL_MS for ms, _queries in large.values()),
        "most_queries": max(queries for _ms, queries in large.values()),
        "more_queries_with_more_data": len(grown),
    }
    OUTPUT.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    if grown:
        raise Failure(f"queries grow with the data: {grown}")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(str(failure))
