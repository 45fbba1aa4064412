"""Invoices per second: OCA ``contract``, a plain script and ours, on one database.

Each way bills the same 1,000 customers for the same two fees with the same tax,
accounts and analytic account, in a journal of its own. Each runs in a process of its
own, first for 50 other customers to warm up, then for those that are measured, with
an empty record cache and one commit at the end. Then our run is undone.
"""

import gc
import json
import os
import sys
import time
from multiprocessing import get_context
from pathlib import Path

from odoo import SUPERUSER_ID, Command, api, fields
from odoo.modules.registry import Registry
from odoo.tools import config, split_every

from tooling import databases, odoo_run
from tooling.steps import Failure, say, task

DATABASE = os.environ["PM_BENCH_DB"]
OUTPUT = Path(os.environ["PM_BENCH_OUT"])
COUNTS = {"warm": 50, "measured": 1000}
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
    run.action_confirm()


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


def in_process(function, *arguments):
    """Call a function in a new process with an Odoo environment; return its result."""
    with get_context("fork").Pool(1) as pool:
        return pool.apply(_with_environment, (function, *arguments))


def _with_environment(function, *arguments):
    with Registry(DATABASE).cursor() as cr:
        return function(api.Environment(cr, SUPERUSER_ID, {}), *arguments)


def measure(env, way, done="bill"):
    """Warm up, then bill (or ``undo``); return seconds, of them on the CPU, queries,
    peak MiB.

    Seconds on the CPU are those of Odoo, not of the database; they say more when
    other programs run on the machine.
    """
    bill = globals()[f"{done}_{way}"]
    bill(env, "warm")
    env.cr.commit()
    env.invalidate_all()
    gc.collect()
    queries = env.cr.sql_log_count
    started, cpu_started = time.perf_counter(), time.process_time()
    bill(env, "measured")
    env.cr.commit()
    seconds = time.perf_counter() - started
    cpu = time.process_time() - cpu_started
    return seconds, cpu, env.cr.sql_log_count - queries, peak_mib()


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
    with task("bench-billing", "Install OCA contract", databases.ADVICE) as log:
        databases.install(log, DATABASE, ["contract"])
    config.parse_config(
        ["--no-http", "--load", odoo_run.WITHOUT_QUEUE, "--log-level", "warn"],
        setup_logging=True,
    )
    say("making 1,050 customers with two fees each …")
    in_process(make_data)
    count = COUNTS["measured"]
    rates, queries, peaks = {}, {}, {}
    for way, title in WAYS.items():
        seconds, cpu, queries[way], peaks[way] = in_process(measure, way)
        rates[way] = count / seconds
        say(
            f"{title}: {count} invoices in {seconds:.1f} s ({cpu:.1f} s CPU), "
            f"{rates[way]:.1f}/s, "
            f"{queries[way] / count:.1f} queries an invoice, {peaks[way]} MiB"
        )
    books = in_process(ledgers)
    seconds, cpu, undo_queries, undo_peak = in_process(measure, "ours", "undo")
    say(
        f"undo: {count} invoices in {seconds:.1f} s ({cpu:.1f} s CPU), "
        f"{count / seconds:.1f}/s, {undo_queries / count:.1f} queries an invoice, "
        f"{undo_peak} MiB"
    )
    equal = bool(books["ours"]) and books["oca"] == books["plain"] == books["ours"]
    figures = {
        **{f"{way}_per_s": round(rate, 2) for way, rate in rates.items()},
        "ratio_oca": round(rates["ours"] / rates["oca"], 2),
        "ratio_plain": round(rates["ours"] / rates["plain"], 2),
        "peak_mib": peaks["ours"],
        "queries_per_invoice": round(queries["ours"] / count, 2),
        "undo_per_s": round(count / seconds, 2),
        "undo_queries_per_invoice": round(undo_queries / count, 2),
        "undo_peak_mib": undo_peak,
        "ledgers_equal": equal,
    }
    OUTPUT.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    if not equal:
        raise Failure(f"the ledgers differ: {books}")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(str(failure))
