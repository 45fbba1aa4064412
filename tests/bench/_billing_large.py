"""What a large estate costs: 20,000 units with three fees, two processes, somebody who
posts another invoice meanwhile, and the figures that follow.
"""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from multiprocessing import get_context
from statistics import median

from odoo.tools import split_every

from odoo.addons.pm_billing.engine import sharing, tariffs
from odoo.addons.pm_billing.engine.tariff_document import Tariff
from odoo.addons.pm_core.models.shared.pm_job_mixin import PASSING
from odoo.addons.queue_job.job import Job

from tooling.steps import Failure, say

LARGE = int(os.environ.get("PM_BENCH_LARGE") or 20_000)
SMALL = min(1000, LARGE)
# buildings, and how many units each has
GROUPS = {"small": SMALL, "one": SMALL, "left": SMALL, "right": SMALL, "large": LARGE}
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
# set when the large run is done, and nobody has to post meanwhile any more
OVER = get_context("fork").Event()
TARIFF = {
    "name": "Water",
    "unit": "m³",
    "parts": [
        {
            "name": "Water",
            "bands": [
                {"up_to": "18", "price": "3.45"},
                {"up_to": "25", "price": "4.83"},
                {"price": "5.83"},
            ],
        }
    ],
}


def make_units(env):
    """Make the buildings with units, owners and three fees each."""
    estate = env["pm.property"].create(
        {"kind": "estate", "name": "Large", "code": "LARGE"}
    )
    items = env["pm.fee.item"].create(
        [
            {
                "name": name,
                "code": name,
                "estate_id": estate.id,
                "tax_ids": env.company._pm_get_fee_tax().ids,
                **vals,
            }
            for name, vals in (
                ("Service", {"method": "area", "price": 2.35}),
                ("Lift", {"method": "fixed", "surcharge": 12.5}),
                ("Parking", {"method": "fixed", "surcharge": 150.0}),
            )
        ]
    )
    for group, count in GROUPS.items():
        building = env["pm.property"].create(
            {"kind": "building", "name": group, "code": group, "parent_id": estate.id}
        )
        for numbers in split_every(1000, range(count)):
            make_some(env, building, items, numbers)
            env.cr.commit()
            env.invalidate_all()
    env.cr.execute("ANALYZE")
    env.cr.commit()


def make_some(env, building, items, numbers):
    units = env["pm.property"].create(
        [
            {
                "kind": "unit",
                "name": f"{building.code}-{number}",
                "code": f"{building.code}-{number:05}",
                "parent_id": building.id,
                "gross_area": 60 + number % 300 / 5,
            }
            for number in numbers
        ]
    )
    owners = env["res.partner"].create([{"name": f"Owner of {u.code}"} for u in units])
    env["pm.occupancy"].create(
        [
            {"property_id": unit.id, "partner_id": owner.id, "date_from": "2020-01-01"}
            for unit, owner in zip(units, owners, strict=True)
        ]
    )
    env["pm.fee"].create(
        [
            {"property_id": unit.id, "fee_item_id": item.id, "date_from": FIRST}
            for unit in units
            for item in items
        ]
    )


def make_run(env, group):
    building = env["pm.property"].search(
        [("kind", "=", "building"), ("code", "=", group)]
    )
    return env["pm.bill.run"].create(
        {
            "property_id": building.id,
            "date_from": FIRST,
            "date_to": LAST,
            "date_invoice": FIRST,
        }
    )


def work(env, run, state):
    """Do the jobs of a run one after the other, as a worker of the queue does."""
    while run.state != state:
        if run.job_stop:
            raise Failure(run.job_error or run.job_stop)
        try:
            job = Job.load(env, run.job_uuid)
            job.perform()
            job.set_done()
            job.store()
            env.cr.commit()
        except PASSING:
            env.cr.rollback()
        env.invalidate_all()


def bill(env, group):
    """Prepare and confirm by jobs.

    :return: when it began, was prepared and was done, in seconds, the peak of memory
        in MiB, and seconds on the CPU
    """
    run = make_run(env, group)
    started, cpu_started = time.perf_counter(), time.process_time()
    run.action_prepare()
    env.cr.commit()
    work(env, run, "prepared")
    prepared = time.perf_counter()
    run.action_confirm()
    env.cr.commit()
    work(env, run, "done")
    done = time.perf_counter()
    if run.invoice_count != GROUPS[group] or run.exception_count:
        raise Failure(f"{run.invoice_count} invoices, {run.exception_count} exceptions")
    return started, prepared, done, peak_mib(), time.process_time() - cpu_started


def cost(times):
    """Seconds of a run."""
    return times[2] - times[0]


def peak_mib():
    with open("/proc/self/status", encoding="ascii") as status:
        line = next(row for row in status if row.startswith("VmHWM:"))
    return int(line.split()[1]) // 1024


def post_meanwhile(env):
    """Post an invoice of somebody else each second until the run is over.

    :return: the longest time; the first, which fills the caches, does not count
    """
    found, partner = [], env["res.partner"].create({"name": "Somebody else"})
    account = env["account.account"].search([("account_type", "=", "income")], limit=1)
    env.cr.commit()
    while not OVER.wait(1):
        started = time.perf_counter()
        env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": FIRST,
                "invoice_line_ids": [
                    (0, 0, {"name": "x", "price_unit": 1, "account_id": account.id})
                ],
            }
        ).action_post()
        env.cr.commit()
        found.append(time.perf_counter() - started)
    return max(found[1:], default=0.0)


def counter(env):
    """Seconds of a payment of twelve open charges: the median of three."""
    charges = env["pm.charge"].search(
        [
            ("state", "=", "posted"),
            ("amount_residual", ">", 0),
            ("building_id.code", "=", "small"),
        ],
        limit=9,
    )
    cash = env["account.journal"].search([("type", "=", "cash")], limit=1)
    found = []
    for partner, own in list(charges.grouped("partner_id").items())[:3]:
        # three months more: twelve charges on four invoices
        for month in (12, 1, 2):
            year = 2026 if month == 12 else 2027
            run = (
                env["pm.bill.run"]
                .with_context(queue_job__no_delay=True)
                .create(
                    {
                        "property_id": own.property_id.id,
                        "date_from": date(year, month, 1),
                        "date_to": date(year, month, 28),
                    }
                )
            )
            run.action_prepare()
            run.action_confirm()
        env.cr.commit()
        env.invalidate_all()
        due = env["pm.charge"].search(
            [("partner_id", "=", partner.id), ("amount_residual", ">", 0)], limit=12
        )
        if len(due) != 12:
            raise Failure(f"{len(due)} open charges")
        started = time.perf_counter()
        env["pm.receipt"]._receive(
            partner, due, sum(due.mapped("amount_residual")), cash
        )
        env.cr.commit()
        found.append(time.perf_counter() - started)
    return median(found)


def engine():
    """Lines a minute on one core: tiered amounts, and shares of an amount."""
    versions = [(None, Tariff.from_document(TARIFF))]
    started = time.process_time()
    for number in range(20_000):
        tariffs.price(versions, Decimal(number % 4000) / 100)
    tiered = 20_000 / (time.process_time() - started) * 60
    weights = [Decimal(60 + number % 300) / 5 for number in range(20_000)]
    started = time.process_time()
    sharing.share(Decimal("123456.78"), weights)
    shared = 20_000 / (time.process_time() - started) * 60
    return tiered, shared


def collection(env):
    """Seconds of the collection report, by estate, over a million charges."""
    env.cr.execute("SELECT count(*) FROM pm_charge WHERE state = 'posted'")
    (there,) = env.cr.fetchone()
    env.cr.execute("ALTER TABLE pm_charge DROP CONSTRAINT pm_charge_once_per_period")
    env.cr.execute(
        """
        SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
         WHERE attrelid = 'pm_charge'::regclass AND attnum > 0 AND NOT attisdropped
           AND attname <> 'id'
        """
    )
    (columns,) = env.cr.fetchone()
    env.cr.execute(
        f"INSERT INTO pm_charge ({columns}) SELECT {columns} FROM pm_charge,"
        " generate_series(1, %s) WHERE state = 'posted'",
        [1_000_000 // there + 1],
    )
    env.cr.execute("ANALYZE pm_charge")
    started = time.perf_counter()
    env["pm.collection.report"].formatted_read_group(
        [],
        ["estate_id", "fee_item_id"],
        ["amount_receivable:sum", "amount_paid:sum"],
    )
    seconds = time.perf_counter() - started
    env.cr.rollback()
    return seconds


def measure_all(in_process):
    """Measure all of it; return the figures."""
    say(f"making {sum(GROUPS.values())} units with three fees each …")
    in_process(make_units)
    small = in_process(bill, "small")
    alone = cost(in_process(bill, "one"))
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(in_process, bill, group) for group in ("left", "right")]
        times = [done.result() for done in both]
        together = max(row[2] for row in times) - min(row[0] for row in times)
        other = pool.submit(in_process, post_meanwhile)
        try:
            large = in_process(bill, "large")
        finally:
            OVER.set()
        longest = other.result()
    figures = {
        "units": LARGE,
        "small_ms_per_invoice": round(cost(small) / SMALL * 1000, 2),
        "large_ms_per_invoice": round(cost(large) / LARGE * 1000, 2),
        "small_cpu_ms_per_invoice": round(small[4] / SMALL * 1000, 2),
        "large_cpu_ms_per_invoice": round(large[4] / LARGE * 1000, 2),
        "large_cost_ratio": round(cost(large) / LARGE / (cost(small) / SMALL), 2),
        "large_peak_mib": large[3],
        "small_prepare_s": round(small[1] - small[0], 1),
        "large_prepare_s": round(large[1] - large[0], 1),
        "two_processes_ratio": round(2 * alone / together, 2),
        "other_invoice_longest_s": round(longest, 2),
    }
    say(f"{figures}")
    tiered, shared = engine()
    return figures | {
        "tiered_per_minute": round(tiered),
        "shared_per_minute": round(shared),
        "counter_12_charges_s": round(in_process(counter), 2),
        "collection_million_s": round(in_process(collection), 2),
        "load_at_end": os.getloadavg(),
    }
