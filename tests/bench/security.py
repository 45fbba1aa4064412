"""Every role knocks over HTTP at every public method with records of others.

The walk is the one of the addons' access matrices (``pm_core/tests/doors.py``), which
the tests of every day take with three roles: here with all groups that are installed.
The figures are of calls; a call that did or showed something fails the benchmark.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tooling import layout, odoo_run

DATABASE = os.environ["PM_BENCH_DB"]
OUTPUT = Path(os.environ["PM_BENCH_OUT"])
# calls on records of others, with them as arguments, dialogs of them, prints of them
WALK = "doors_are_shut or arguments_name or dialogs or printed_for_strangers"


def knock(figures):
    """Run the walk of all access matrices; it notes its figures in a file.

    :raises SystemExit: something was done or shown to whom it is closed
    """
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "--odoo-database",
            DATABASE,
            "--odoo-config",
            str(layout.ODOO_CONF),
            "--odoo-http",
            "--odoo-extra",
            f"load={odoo_run.WITHOUT_QUEUE}",
            "-k",
            WALK,
            str(layout.ADDONS),
        ],
        env={**odoo_run.environment(), "PM_DOORS_OUT": str(figures)},
        cwd=layout.ROOT,
    )
    if done.returncode:
        raise SystemExit(done.returncode)


def main():
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder) / "doors.jsonl"
        knock(figures)
        lines = [json.loads(line) for line in figures.read_text("utf-8").splitlines()]
    answering, calls, made, unmade = set(), Counter(), set(), {}
    for line in lines:
        answering.update(line.pop("answering"))
        made.update(line.pop("built"))
        unmade.update(line.pop("unbuilt"))
        calls.update(line)
    # one that no room could make was opened and named records, but was not applied
    unmade = {name: why for name, why in unmade.items() if name not in made}
    told = {
        "walks": len(lines),
        "calls": sum(calls.values()),
        "calls_refused": calls["refused"],
        "calls_that_ended_in_a_type_error": calls["bad call"],
        "calls_answered_without_a_change": calls["answered"],
        "methods_that_answer": ", ".join(sorted(answering)),
        "dialogs_applied": len(made),
        "dialogs_not_applied": len(unmade),
        **{f"not_applied_{name}": why for name, why in sorted(unmade.items())},
    }
    OUTPUT.write_text(json.dumps(told, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
