"""Invoices per second: OCA ``contract``, a plain script and ours, on one database.

Each way bills the same 1,000 customers for the same two fees with the same tax,
accounts and analytic account, in a journal of its own. Each runs in a process of its
own, first for 50 other customers to warm up, then for those that are measured, with
an empty record cache and one commit at the end; three times, in turns. Figures are
medians. The rows of our ledger are also stored by bare INSERT, which is the floor.
Then our runs are undone, and ``_billing_large`` goes on in the same database. Figures
that have a goal (``_billing_goals``) are printed with it.

``PM_BENCH_SIZE`` and ``PM_BENCH_LARGE`` are the numbers of customers, and
``PM_BENCH_ONLY=ways`` (or ``large``) runs one of the two sections; ``PM_BENCH_ROUNDS``
are the three times.
"""

import gc
import json
import os
import sys
import time
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from odoo import SUPERUSER_ID, Command, api, fields, sql_db
from odoo.modules.registry import Registry
from odoo.tools import SQL, config, split_every

from tooling import databases, odoo_run
from tooling.steps import Failure, say, task

sys.path.insert(0, str(Path(__file__).parent))

from _billing_goals import tell  # noqa: E402

DATABASE = os.environ["PM_BENCH_DB"]
OUTPUT = Path(os.environ["PM_BENCH_OUT"])
SIZE = int(os.environ.get("PM_BENCH_SIZE") or 1000)
ONLY = os.environ.get("PM_BENCH_ONLY") or "ways,large"
ROUNDS = tuple(map(str, range(1, 1 + int(os.environ.get("PM_BENCH_ROUNDS") or 3))))
COUNTS = {
    **{f"warm{number}": 50 for number in ROUNDS},
    **{f"measured{number}": SIZE for number in ROUNDS},
}
WAYS = {
    "oca": "OCA contract",
    "plain": "account.move create and post, by hundreds",
    "ours": "bill run, prepare and confirm",
}
FIRST, LAST = fields.Date.to_date("2026-11-01"), fields.Date.to_date("2026-11-30")
DUE = fields.Date.to_date("2026-11-16")
PRICE, FIXED = 2.35, 12.5


def area_of(number):
    """An area that the price makes whole cents of."""
    return 60 + number % 300 / 5


# ----------------------------------------------------------------------
# The estate, its contracts, and what is to be billed
# ----------------------------------------------------------------------


def make_data(env):
    """Make the customers with their units, fees and OCA contracts."""
    company = env.company
    estate = env["pm.property"].create(
        {"kind": "estate", "name": "Benchmark", "code": "BENCH"}
    )
    items = env["pm.fee.item"].create(
        [
            {
                "name": "Property fee",
                "code": "AREA",
                "estate_id": estate.id,
                "method": "area",
                "price": PRICE,
                "tax_ids": company._pm_get_fee_tax().ids,
            },
            {
                "name": "Parking",
                "code": "FIXED",
                "estate_id": estate.id,
                "method": "fixed",
                "surcharge": FIXED,
                "tax_ids": company._pm_get_fee_tax().ids,
            },
        ]
    )
    journal = env["account.journal"].search(
        [("type", "=", "sale"), ("company_id", "=", company.id)], limit=1
    )
    for way in ("oca", "plain"):
        journal.copy({"name": way, "code": way.upper(), "sequence": 90})
    for group, count in COUNTS.items():
        units = make_units(env, estate, group, count)
        make_fees(env, units, items)
        make_contracts(env, units, items, group)
    env.cr.commit()


def make_units(env, estate, group, count):
    """Make a building with units, each of an owner of its own."""
    building = env["pm.property"].create(
        {"kind": "building", "name": group, "code": group, "parent_id": estate.id}
    )
    units = env["pm.property"].create(
        [
            {
                "kind": "unit",
                "name": f"{group}-{number}",
                "code": f"{group}-{number:04}",
                "parent_id": building.id,
                "gross_area": area_of(number),
            }
            for number in range(count)
        ]
    )
    owners = env["res.partner"].create([{"name": f"Owner of {u.code}"} for u in units])
    env["pm.occupancy"].create(
        [
            {
                "property_id": unit.id,
                "partner_id": owner.id,
                "date_from": "2020-01-01",
            }
            for unit, owner in zip(units, owners, strict=True)
        ]
    )
    return units


def make_fees(env, units, items):
    """Put both fees on each unit."""
    env["pm.fee"].create(
        [
            {"property_id": unit.id, "fee_item_id": item.id, "date_from": FIRST}
            for unit in units
            for item in items
        ]
    )


def make_contracts(env, units, items, group):
    """Make the same as contracts of OCA's addon."""
    journal = env["account.journal"].search([("code", "=", "OCA")])
    env["contract.contract"].create(
        [
            {
                "name": unit.code,
                "code": unit.code,
                "partner_id": unit.occupancy_ids.partner_id.id,
                "journal_id": journal.id,
                "group_id": unit.estate_id.analytic_account_id.id,
                "line_recurrence": True,
                "contract_line_ids": [
                    Command.create(
                        {
                            "name": line["name"],
                            "product_id": line["product_id"],
                            "quantity": 1.0,
                            "specific_price": line["price_unit"],
                            "analytic_distribution": line["analytic_distribution"],
                            "recurring_rule_type": "monthly",
                            "date_start": FIRST,
                            "recurring_next_date": FIRST,
                        }
                    )
                    for line in bill_lines(unit, items)
                ],
            }
            for unit in units
        ]
    )


def bill_lines(unit, items):
    """The invoice lines of one unit, as a script would write them."""
    analytic = {str(unit.estate_id.analytic_account_id.id): 100}
    return [
        {
            "product_id": item.product_id.id,
            "name": f"{item.name} 2026-11",
            "quantity": 1.0,
            "price_unit": amount,
            "tax_ids": [Command.set(item.tax_ids.ids)],
            "analytic_distribution": analytic,
        }
        for item, amount in zip(
            items, (round(unit.gross_area * PRICE, 2), FIXED), strict=True
        )
    ]


def building_of(env, group):
    """The building whose units are billed."""
    return env["pm.property"].search([("kind", "=", "building"), ("code", "=", group)])


# ----------------------------------------------------------------------
# The three ways; each returns nothing and leaves posted invoices
# ----------------------------------------------------------------------


def bill_oca(env, group):
    """As its cron does it, and then posted at once."""
    contracts = env["contract.contract"].search([("name", "=like", f"{group}-%")])
    contracts._recurring_create_invoice(FIRST).action_post()


def bill_plain(env, group):
    """As a careful script does it: create a hundred at a time, then post them."""
    items = env["pm.fee.item"].search([("code", "in", ("AREA", "FIXED"))], order="code")
    journal = env["account.journal"].search([("code", "=", "PLAIN")])
    for units in split_every(100, building_of(env, group).child_ids):
        moves = env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "journal_id": journal.id,
                    "partner_id": unit.occupancy_ids.partner_id.id,
                    "invoice_date": FIRST,
                    "invoice_date_due": DUE,
                    "ref": unit.code,
                    "invoice_line_ids": [
                        Command.create(vals) for vals in bill_lines(unit, items)
                    ],
                }
                for unit in units
            ]
        )
        moves.action_post()


def bill_ours(env, group):
    """As a user does it: prepare, then confirm."""
    run = (
        env["pm.bill.run"]
        .with_context(queue_job__no_delay=True)
        .create(
            {
                "property_id": building_of(env, group).id,
                "date_from": FIRST,
                "date_to": LAST,
                "date_invoice": FIRST,
                "date_due": DUE,
            }
        )
    )
    run.action_prepare()
    env.flush_all()
    prepared = time.perf_counter()
    run.action_confirm()
    if run.posting_report["plain"]:
        raise Failure(f"not all was posted in bulk: {run.posting_report}")
    return prepared


def undo_ours(env, group):
    """Take the whole run back; nothing of it is owed any more."""
    run = env["pm.bill.run"].search([("property_id.code", "=", group)])
    run.with_context(queue_job__no_delay=True).action_undo()
    moves = run.move_ids
    if run.state != "undone" or sum(moves.mapped("amount_residual")):
        raise Failure(f"{run.exception_count} invoices were not undone")


# ----------------------------------------------------------------------
# Measuring
# ----------------------------------------------------------------------


def load_registry():
    """Load it once, as the parent of Odoo's workers does; each of ours inherits it."""
    Registry(DATABASE)
    sql_db.close_all()


def in_process(function, *arguments):
    """Call a function in a new process with an Odoo environment; return its result."""
    with get_context("fork").Pool(1) as pool:
        return pool.apply(_with_environment, (function, *arguments))


def _with_environment(function, *arguments):
    registry = Registry(DATABASE)
    # what was read before other processes changed it
    registry.clear_all_caches()
    with registry.cursor() as cr:
        return function(api.Environment(cr, SUPERUSER_ID, {}), *arguments)


def measure(env, way, number, done="bill"):
    """Warm up, then bill (or ``undo``); return the figures.

    Seconds on the CPU are those of Odoo, not of the database; they say more when
    other programs run on the machine. ``posting`` is without what comes before it.
    """
    bill = globals()[f"{done}_{way}"]
    bill(env, f"warm{number}")
    env.cr.commit()
    env.invalidate_all()
    gc.collect()
    queries = env.cr.sql_log_count
    started, cpu_started = time.perf_counter(), time.process_time()
    prepared = bill(env, f"measured{number}") or started
    env.cr.commit()
    return {
        "seconds": time.perf_counter() - started,
        "posting": time.perf_counter() - prepared,
        "cpu": time.process_time() - cpu_started,
        "queries": env.cr.sql_log_count - queries,
        "peak": peak_mib(),
    }


def medians(figures):
    return {name: median(row[name] for row in figures) for name in figures[0]}


def floor(env):
    """Seconds in which the database stores our rows again, from JSON that is there."""
    moves = SQL(
        "SELECT id FROM account_move WHERE state = 'posted' AND move_type ="
        " 'out_invoice' AND pm_bill_run_id IS NOT NULL ORDER BY id DESC LIMIT %s",
        SIZE,
    )
    lines = SQL("SELECT id FROM account_move_line WHERE move_id IN (%s)", moves)
    seconds = 0.0
    for table, condition in (
        ("account_move", SQL("t.id IN (%s)", moves)),
        ("account_move_line", SQL("t.move_id IN (%s)", moves)),
        ("account_analytic_line", SQL("t.move_line_id IN (%s)", lines)),
    ):
        name = SQL.identifier(table)
        number = (
            "'F' || (t.id)" if table == "account_move" else "to_jsonb(t) ->> 'name'"
        )
        env.cr.execute(
            SQL(
                "CREATE TEMP TABLE rows_of AS SELECT to_jsonb(t) || jsonb_build_object("
                "'id', t.id + 1000000000, 'name', %s) AS row FROM %s t WHERE %s",
                SQL(number),
                name,
                condition,
            )
        )
        started = time.perf_counter()
        env.cr.execute(
            SQL(
                "INSERT INTO %(name)s SELECT made.* FROM rows_of,"
                " jsonb_populate_record(NULL::%(name)s, row) AS made",
                name=name,
            )
        )
        seconds += time.perf_counter() - started
        env.cr.execute("DROP TABLE rows_of")
    env.cr.rollback()
    return seconds


def peak_mib():
    """The most memory this process has had, in MiB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(row for row in status.splitlines() if row.startswith("VmHWM:"))
    return int(line.split()[1]) // 1024


def ledgers(env):
    """For each way {account: (debit, credit, lines)} of its posted invoices."""
    env.cr.execute(
        """
        SELECT CASE journal.code WHEN 'OCA' THEN 'oca' WHEN 'PLAIN' THEN 'plain'
                                 ELSE 'ours' END,
               line.account_id, sum(line.debit), sum(line.credit), count(*)
          FROM account_move_line line
          JOIN account_journal journal ON journal.id = line.journal_id
         WHERE line.parent_state = 'posted' AND line.display_type IN
               ('product', 'tax', 'payment_term')
         GROUP BY 1, 2
        """
    )
    found = {way: {} for way in WAYS}
    for way, account, *figures in env.cr.fetchall():
        found[way][account] = tuple(figures)
    return found


def main():
    """Run it all, print what was measured, and write the figures."""
    ways = "ways" in ONLY
    if ways:
        with task("bench-billing", "Install OCA contract", databases.ADVICE) as log:
            databases.install(log, DATABASE, ["contract"])
    config.parse_config(
        ["--no-http", "--load", odoo_run.WITHOUT_QUEUE, "--log-level", "warn"],
        setup_logging=True,
    )
    load_registry()
    figures = compare_ways() if ways else {}
    if "large" in ONLY:
        # knows our addons, whose path is known by now
        import _billing_large  # noqa: PLC0415

        figures |= _billing_large.measure_all(in_process)
    OUTPUT.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    tell(figures)
    if not figures.get("ledgers_equal", True):
        raise Failure("the ledgers differ")


def compare_ways():
    """Measure the ways, the floor and the undo; return the figures."""
    say(f"making {sum(COUNTS.values())} customers with two fees each …")
    in_process(make_data)
    measured = {way: [] for way in WAYS}
    for number in ROUNDS:
        for way in WAYS:
            measured[way].append(in_process(measure, way, number))
    found = {way: medians(rows) for way, rows in measured.items()}
    for way, title in WAYS.items():
        own = found[way]
        say(
            f"{title}: {SIZE} invoices in {own['seconds']:.1f} s ({own['cpu']:.1f} s "
            f"CPU), {SIZE / own['seconds']:.1f}/s, {own['queries'] / SIZE:.1f} queries "
            f"an invoice, {own['peak']} MiB"
        )
    books = in_process(ledgers)
    bare = median(in_process(floor) for _number in ROUNDS)
    undone = medians([in_process(measure, "ours", n, "undo") for n in ROUNDS])
    ours, oca, plain = (found[way] for way in ("ours", "oca", "plain"))
    equal = bool(books["ours"]) and books["oca"] == books["plain"] == books["ours"]
    if not equal:
        say(f"the ledgers differ: {books}")
    return {
        "invoices": SIZE,
        **{f"{way}_per_s": round(SIZE / found[way]["seconds"], 2) for way in WAYS},
        "ours_posting_per_s": round(SIZE / ours["posting"], 2),
        "floor_per_s": round(SIZE / bare, 2),
        "times_floor": round(ours["posting"] / bare, 2),
        "ratio_oca": round(oca["seconds"] / ours["seconds"], 2),
        "ratio_plain": round(plain["seconds"] / ours["seconds"], 2),
        "ratio_oca_posting": round(oca["seconds"] / ours["posting"], 2),
        "ratio_oca_cpu": round(oca["cpu"] / ours["cpu"], 2),
        "ratio_plain_cpu": round(plain["cpu"] / ours["cpu"], 2),
        "peak_mib": ours["peak"],
        "queries_per_invoice": round(ours["queries"] / SIZE, 2),
        "undo_per_s": round(SIZE / undone["seconds"], 2),
        "undo_of_2155_s": round(undone["seconds"] * 2155 / SIZE, 1),
        "ledgers_equal": equal,
        "load": os.getloadavg(),
    }


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(str(failure))
