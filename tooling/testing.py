"""``./pm test``: the addons' tests inside Odoo, and the product's from outside.

pytest-odoo puts an Odoo registry into the test process, which tests that start
Odoo themselves, or need none, must not have: so there are two runs of pytest, and
one closing line.
"""

import json
import os
import shutil
import subprocess
import time
from pathlib import Path

from . import databases, layout, odoo_run
from .steps import Failure, locked, say

DATABASE = "pm_test"
COUNTS = layout.HOME / "test"
NO_TESTS = 5  # pytest's exit code for it
# pytest's options whose value could be taken for a path.
WITH_VALUE = ("-k", "-m", "-p", "-o", "-c", "-W")
WORDS = ("passed", "failed", "skipped", "xfailed", "xpassed", "deselected")


def run(arguments):
    """Run pytest over everything, or what `arguments` name; return the exit code."""
    started = time.monotonic()
    outer, inner = _split(arguments)
    with locked("test"):
        shutil.rmtree(COUNTS, ignore_errors=True)
        template = databases.addons_template()
        codes = []
        if outer is not None:
            codes.append(_pytest("product", ["-p", "no:odoo", *outer], template))
        if inner is not None:
            databases.clone(template, DATABASE)
            codes.append(_pytest("addons", [*_odoo_options(), *inner], template))
    _conclude(time.monotonic() - started)
    return _code(codes)


def _code(codes):
    """One exit code for all: nothing selected is wrong only if it was so everywhere."""
    selected = [code for code in codes if code != NO_TESTS]
    return max(selected, default=NO_TESTS)


def _split(arguments):
    """The arguments of the run outside Odoo and of that inside, None for no run."""
    paths = [
        text
        for before, text in zip(["", *arguments], arguments, strict=False)
        if before not in WITH_VALUE and _is_path(text)
    ]
    if not paths:
        inside = sorted(layout.ADDONS.glob("*/tests"))
        return [*arguments, "tests"], [*arguments, *inside] if inside else None
    others = [text for text in arguments if text not in paths]
    inside = [text for text in paths if _absolute(text).is_relative_to(layout.ADDONS)]
    outside = [text for text in paths if text not in inside]
    return (
        [*others, *outside] if outside else None,
        [*others, *inside] if inside else None,
    )


def _absolute(text):
    return Path(text.split("::")[0]).absolute()


def _is_path(text):
    return not text.startswith("-") and _absolute(text).exists()


def _odoo_options():
    return [
        "--odoo-database",
        DATABASE,
        "--odoo-config",
        str(layout.ODOO_CONF),
        # HttpCase needs a server; no job runner may take what a test enqueues.
        "--odoo-http",
        "--odoo-extra",
        f"load={odoo_run.WITHOUT_QUEUE}",
    ]


def _pytest(name, arguments, template):
    COUNTS.mkdir(parents=True, exist_ok=True)
    counts = COUNTS / f"{name}.json"
    say(f"\n── tests of the {name} ──")
    command = [str(layout.PYTHON), "-m", "pytest", "-ra", "-p", "tooling.pytest_counts"]
    environment = {
        **odoo_run.environment(),
        "HYPOTHESIS_STORAGE_DIRECTORY": str(layout.HOME / "hypothesis"),
        "PM_TEST_COUNTS": str(counts),
        "PM_TEST_DB": DATABASE,
        "PM_TEST_TEMPLATE": template,
        "PYTHONPATH": str(layout.ROOT),
        "PYTEST_ADDOPTS": os.environ.get("PYTEST_ADDOPTS", ""),
    }
    options = [str(text) for text in arguments]
    done = subprocess.run([*command, *options], env=environment, cwd=layout.ROOT)
    if done.returncode < 0:
        raise Failure(f"pytest was ended by signal {-done.returncode}")
    return done.returncode


def _conclude(seconds):
    """The closing line of both runs together, of the kind pytest prints."""
    total = {"passed": 0, "failed": 0}
    for path in COUNTS.glob("*.json"):
        for word, number in json.loads(path.read_text(encoding="utf-8")).items():
            total[word] = total.get(word, 0) + number
    shown = [f"{total[word]} {word}" for word in WORDS if word in total]
    minutes, rest = divmod(round(seconds), 60)
    say(f"\nboth runs took {minutes} min {rest} s")
    say(", ".join(shown))
