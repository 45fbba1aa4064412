"""``./pm demo``: a demo estate, one month of the main job, and the web client."""

import json
import signal

from . import databases, layout, manifests, odoo_run, postgres
from .steps import Failure, locked, read, say, task, write

DATABASE = "pm_demo"
BUILDING = "pm_demo_building"
RESTARTS = 3
SUMMARY = layout.HOME / "demo" / "summary.txt"
MADE_FROM = layout.HOME / "demo" / "key"


def run(options):
    """Make the demo unless it is there, print what it did, and serve it."""
    with locked("demo"):
        if options.fresh or not databases.exists(DATABASE) or not SUMMARY.exists():
            _make()
    if read(MADE_FROM) != manifests.content_key():
        say("the addons have changed since this demo was made: --fresh makes it anew")
    say(read(SUMMARY))
    if not options.no_serve:
        _serve(options.port)


def refuse_taken(port):
    """Say so before the long work that a port is not to be had."""
    if not postgres.port_is_free(port):
        raise Failure(
            f"port {port} is in use: stop that program, or choose another, "
            f"e.g. ./pm demo --port {port + 1}"
        )


def _make():
    SUMMARY.unlink(missing_ok=True)
    key = manifests.content_key()
    databases.create(BUILDING, demo=True)
    lines = SUMMARY.with_name("lines.json")
    write(lines, "[]")
    with task("demo-month", "One month on the demo estate", databases.ADVICE) as log:
        script = layout.DEMO / "run_demo.py"
        odoo_run.shell(log, BUILDING, script, PM_DEMO_LINES=str(lines))
        postgres.sql("ANALYZE", BUILDING)
    databases.rename(BUILDING, DATABASE)
    write(MADE_FROM, key)
    write(SUMMARY, "\n".join(json.loads(read(lines))) + "\n")


def _serve(port):
    """Serve the demo; a server that ends by itself is started again, a few times."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    for number in range(1 + RESTARTS):
        name = f"demo-server-{number}" if number else "demo-server"
        server = odoo_run.Server(DATABASE, port, log=name)
        log = layout.shown(server.log)
        try:
            server.wait_ready()
            say(f"\nserving {server.url} (log: {log}); Ctrl-C stops it")
            code = server.process.wait()
        except KeyboardInterrupt:
            say("stopped; the database server goes on until ./pm stop")
            return
        finally:
            server.stop()
        say(f"Odoo ended with {code}; see {log}")
    raise Failure(f"Odoo ended {1 + RESTARTS} times")
