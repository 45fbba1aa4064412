"""Background work through kills, lost connections and reloads of the server."""

import os
import signal

import disturbed
import webclient
from test_concurrency import wait

ENTRANCE = "2-1"


def test_disturbed_run_ends_as_an_undisturbed_one(linjiang, odoo_server):
    """A short walk; ``./pm bench chaos`` takes the long one."""
    database, copy = linjiang("pm_test_disturbed"), linjiang("pm_test_calm")
    disturbed.set_job_seconds(database, 0.5)
    clerks = [
        webclient.Rpc(odoo_server(name, "--load", "base,rpc,web").url, name, "clerk")
        for name in (database, copy)
    ]
    walk = disturbed.Disturbed(
        database,
        clerks[0],
        lambda: odoo_server(database),
        ENTRANCE,
        kills=1,
        closes=2,
        seed=20261129,
    )
    walk.bill()
    assert sorted(walk.happened) == ["close", "close", "kill"]
    walk.assert_as_undisturbed(copy, clerks[1], ENTRANCE)


def test_server_starts_itself_again(make_database, odoo_server):
    """As it does when a limit is reached: the same process, running again."""
    database = make_database("pm_test_reload")
    # a scheduled action that works at that moment loses its connection, and says so
    server = odoo_server(database, "--max-cron-threads", "0")
    os.kill(server.pid, signal.SIGHUP)
    wait(lambda: server.log.read_text().count("HTTP service (werkzeug) running") == 2)
    server.wait_ready()
    assert server.process.poll() is None
    assert "Traceback" not in server.log.read_text()
