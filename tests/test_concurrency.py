"""Bill runs in several processes at once, and through the crash of one."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
import webclient

from tooling import postgres

MONTH = {"date_from": "2026-11-01", "date_to": "2026-11-30"}
# An entrance has 72 units with two fees each, its building twice as many.
UNITS = 72
# How often one run is pressed by two at the same instant.
PRESSED = int(os.environ.get("PM_PRESSED") or 10)


def make_run(clerk, code, **period):
    """A new bill run of the part of the estate with this code."""
    (scope,) = clerk("pm.property", "search", [("code", "=", code)])
    return clerk("pm.bill.run", "create", {"property_id": scope, **(period or MONTH)})


def count(database, query):
    """The one number that a query yields."""
    ((number,),) = postgres.sql(query, database)
    return float(number)


def assert_billed_once(database, bills):
    """Each unit has one invoice, for just its charges; nothing is left over."""
    charges = "FROM pm_charge WHERE state"
    assert count(database, f"SELECT count(*) {charges} = 'posted'") == 2 * bills
    assert count(database, f"SELECT count(*) {charges} = 'draft'") == 0
    assert count(database, f"SELECT count(DISTINCT fee_id) {charges} = 'posted'") == (
        2 * bills
    )
    posted = "FROM account_move WHERE state = 'posted' AND move_type = 'out_invoice'"
    assert count(database, f"SELECT count(*) {posted}") == bills
    assert count(database, "SELECT count(*) FROM account_move") == bills
    # to the cent: what the ledger says is due is what was charged
    assert (
        count(
            database,
            f"SELECT 100 * (SELECT sum(amount_total) {posted})"
            f" - 100 * (SELECT sum(amount) {charges} = 'posted')",
        )
        == 0
    )


def test_overlapping_runs_in_two_processes(linjiang, odoo_server):
    database = linjiang("pm_test_overlap")
    servers = [odoo_server(database, "--load", "base,rpc,web") for _ in range(2)]
    clerks = [webclient.Rpc(server.url, database, "clerk") for server in servers]
    # one scope inside the other, one period reaching into the other
    runs = [
        make_run(clerks[0], "2-1"),
        make_run(clerks[1], "2", date_from="2026-11-15", date_to="2026-12-14"),
    ]

    def work(clerk, run):
        for step in ("action_prepare", "action_confirm"):
            clerk("pm.bill.run", step, [run], context=webclient.AT_ONCE)

    with ThreadPoolExecutor() as pool:
        for done in [
            pool.submit(work, *pair) for pair in zip(clerks, runs, strict=True)
        ]:
            done.result()
    twice = count(
        database,
        "SELECT count(*) FROM pm_charge a JOIN pm_charge b ON a.fee_id = b.fee_id"
        " AND a.id < b.id AND a.date_from <= b.date_to AND b.date_from <= a.date_to",
    )
    assert twice == 0
    fees = count(database, "SELECT count(DISTINCT fee_id) FROM pm_charge")
    assert fees >= 2 * UNITS
    states = postgres.sql("SELECT DISTINCT state FROM pm_bill_run", database)
    assert states == [("done",)]


def test_same_run_pressed_twice_at_once(linjiang, odoo_server):
    database = linjiang("pm_test_twice")
    servers = [odoo_server(database, "--load", "base,rpc,web") for _ in range(2)]
    clerks = [webclient.Rpc(server.url, database, "clerk") for server in servers]
    run = make_run(clerks[0], "3-1")
    clerks[0]("pm.bill.run", "action_prepare", [run], context=webclient.AT_ONCE)

    def confirm(clerk):
        clerk("pm.bill.run", "action_confirm", [run], context=webclient.AT_ONCE)

    with ThreadPoolExecutor() as pool:
        for done in [pool.submit(confirm, clerk) for clerk in clerks]:
            done.result()
    assert_billed_once(database, UNITS)


def test_one_fee_and_period_again_and_again(linjiang, odoo_server):
    """Two processes, one run, one instant, for many months of one flat.

    Each time the second one waits and begins anew: ``PM_PRESSED=50`` takes minutes.
    """
    database = linjiang("pm_test_fifty")
    servers = [odoo_server(database, "--load", "base,rpc,web") for _ in range(2)]
    clerks = [webclient.Rpc(server.url, database, "clerk") for server in servers]
    unit = clerks[0]("pm.property", "search", [("kind", "=", "unit")], limit=1)
    (place,) = clerks[0]("pm.property", "read", unit, ["code"])
    gate = Barrier(len(clerks))

    def press(clerk, step, run):
        gate.wait()
        clerk("pm.bill.run", step, [run], context=webclient.AT_ONCE)

    with ThreadPoolExecutor() as pool:
        for number in range(PRESSED):
            year, month = divmod(11 + number - 1, 12)
            first = date(2026 + year, month + 1, 1)
            last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            run = make_run(
                clerks[0],
                place["code"],
                date_from=str(first),
                date_to=str(last),
                date_invoice=str(first),
            )
            for step in ("action_prepare", "action_confirm"):
                for done in [pool.submit(press, clerk, step, run) for clerk in clerks]:
                    done.result()
    made = "FROM pm_charge WHERE state"
    fees = count(database, f"SELECT count(DISTINCT fee_id) {made} = 'posted'")
    assert fees
    assert count(database, f"SELECT count(*) {made} = 'posted'") == PRESSED * fees
    assert count(database, f"SELECT count(*) {made} != 'posted'") == 0
    pairs = f"SELECT count(*) FROM (SELECT DISTINCT fee_id, date_from {made} != '') one"
    assert count(database, pairs) == PRESSED * fees
    assert count(database, "SELECT count(*) FROM account_move") == PRESSED


def test_worker_killed_while_it_bills(linjiang, odoo_server):
    database = linjiang("pm_test_crash")
    server = odoo_server(database, "--load", "base,rpc,web")
    clerk = webclient.Rpc(server.url, database, "clerk")
    run = make_run(clerk, "1")
    clerk("pm.bill.run", "action_prepare", [run], context=webclient.AT_ONCE)
    clerk("pm.bill.run", "action_confirm", [run])

    worker = odoo_server(database)
    started = "SELECT count(*) FROM queue_job WHERE state = 'started'"
    wait(lambda: count(database, started), every=0.02)
    os.kill(worker.pid, signal.SIGKILL)
    worker.process.wait()
    # at the first sight of a job that has begun, so that something is left to do
    assert count(database, "SELECT count(*) FROM pm_charge WHERE state = 'draft'")

    odoo_server(database)
    done = f"SELECT count(*) FROM pm_bill_run WHERE id = {run} AND state = 'done'"
    wait(lambda: count(database, done))
    assert_billed_once(database, 2 * UNITS)
    (report,) = clerk("pm.bill.run", "read", [run], ["exception_count"])
    assert report["exception_count"] == 0


def wait(condition, seconds=120, every=0.3):
    """Wait until a condition holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"not within {seconds} s")
        time.sleep(every)
