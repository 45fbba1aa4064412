"""``./pm bench``: each file of ``tests/bench`` is a program that measures something.

It gets a database of its own in ``PM_BENCH_DB`` and writes a flat map of figures to
``PM_BENCH_OUT``.
"""

import json
import subprocess

from . import databases, layout, odoo_run, postgres
from .steps import Failure, locked, say

# as docker/compose.yaml has them
SETTINGS = {"random_page_cost": "1.1", "jit": "off", "work_mem": "'16MB'"}
FOLDER = layout.ROOT / "tests" / "bench"


def run(name=None):
    """Run one benchmark, or all."""
    programs = {
        path.stem: path for path in FOLDER.glob("*.py") if not path.stem.startswith("_")
    }
    if name and name not in programs:
        raise Failure(f"no benchmark {name}: there are {', '.join(sorted(programs))}")
    layout.BENCH.mkdir(parents=True, exist_ok=True)
    for one in [name] if name else sorted(programs):
        with locked(f"bench-{one}"):
            _run(one, programs[one])


def _run(name, path):
    database = databases.clone(databases.addons_template(), f"pm_bench_{name}")
    for setting, value in SETTINGS.items():
        postgres.sql(f"ALTER DATABASE {database} SET {setting} = {value}")
    output = layout.BENCH / f"{name}.json"
    output.unlink(missing_ok=True)
    say(f"── benchmark {name} ──")
    environment = {
        **odoo_run.environment(),
        "PM_BENCH_DB": database,
        "PM_BENCH_OUT": str(output),
        "PYTHONPATH": str(layout.ROOT),
    }
    command = [str(layout.PYTHON), str(path)]
    done = subprocess.run(command, env=environment, cwd=layout.ROOT)
    databases.drop(database)
    if done.returncode or not output.exists():
        raise Failure(f"benchmark {name} ended with {done.returncode} and no figures")
    for figure, value in json.loads(output.read_text(encoding="utf-8")).items():
        say(f"{figure} = {value}")
    say(f"written to {layout.shown(output)}")
