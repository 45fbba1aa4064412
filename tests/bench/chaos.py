"""Twenty kills and twenty closed connections over the bill runs of a building.

Prepare, confirm and undo are repeated until all of it has happened; the ledger must be
that of the same steps undisturbed, and nobody may have had to lend a hand. The seed of
the walk is ``PM_CHAOS_SEED``; it is among the figures.
"""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from tooling import databases, layout, odoo_run
from tooling.steps import say

sys.path.insert(0, str(layout.ROOT / "tests"))

import conftest  # noqa: E402
import disturbed  # noqa: E402
import webclient  # noqa: E402

DATABASE = os.environ["PM_BENCH_DB"]
COPY = f"{DATABASE}_calm"
OUTPUT = Path(os.environ["PM_BENCH_OUT"])
SEED = int(os.environ.get("PM_CHAOS_SEED") or time.time())
KILLS = CLOSES = 20
BUILDING = "1"


def take_over(database):
    """Bring the demo estate and its users into the database."""
    with (conftest.SCRIPTS / "estate.py").open("rb") as stream:
        subprocess.run(
            odoo_run.command(
                "shell",
                "-d",
                database,
                "--no-http",
                "--log-level",
                "error",
                "--load",
                odoo_run.WITHOUT_QUEUE,
                "--shell-interface",
                "python",
            ),
            env={**odoo_run.environment(), "PM_WORKBOOK": str(conftest.REGISTER)},
            stdin=stream,
            check=True,
        )


class Servers:
    """The servers of the walk; each is stopped in the end."""

    def __init__(self):
        self.started = []

    def start(self, database, *arguments):
        log = f"bench-{database}-{len(self.started)}"
        server = odoo_run.Server(database, conftest.free_port(), *arguments, log=log)
        self.started.append(server)
        return server.wait_ready()

    def clerk(self, database):
        server = self.start(database, "--load", odoo_run.WITHOUT_QUEUE)
        return webclient.Rpc(server.url, database, "clerk")

    def stop(self):
        for server in self.started:
            server.stop()


def main():
    take_over(DATABASE)
    databases.clone(DATABASE, COPY)
    disturbed.set_job_seconds(DATABASE, 1)
    servers = Servers()
    began = time.monotonic()
    try:
        say(f"seed {SEED}")
        walk = disturbed.Disturbed(
            DATABASE,
            servers.clerk(DATABASE),
            lambda: servers.start(DATABASE),
            BUILDING,
            KILLS,
            CLOSES,
            SEED,
        )
        walk.bill()
        walk.assert_as_undisturbed(COPY, servers.clerk(COPY), BUILDING)
    finally:
        servers.stop()
        databases.drop(COPY)
    happened = Counter(walk.happened)
    figures = {
        "seed": SEED,
        "kills": happened["kill"],
        "closed_connections": happened["close"],
        "steps": len(walk.steps),
        "entries": len(disturbed.ledger(DATABASE)["entries"]),
        "seconds": round(time.monotonic() - began),
    }
    OUTPUT.write_text(json.dumps(figures, indent=4), encoding="utf-8")


if __name__ == "__main__":
    main()
