"""``./pm test``: the addons' tests inside Odoo, and the product's from outside.

pytest-odoo puts an Odoo registry into the test process, which tests that start
Odoo themselves, or need none, must not have: so there are two runs of pytest, and
one closing line. They have no database in common and run side by side; what the one
inside Odoo prints is shown when the other is over.
"""

import contextlib
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
        runs = []
        if inner is not None:
            databases.clone(template, DATABASE)
            options = [*_odoo_options(), *inner]
            runs.append(_start("addons", options, template, aside=outer is not None))
        if outer is not None:
            options = ["-p", "no:odoo", *outer]
            runs.append(_start("product", options, template))
        codes = [_end(*run) for run in reversed(runs)]
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


def _start(name, arguments, template, aside=False):
    """Start a run of pytest; what one aside prints is kept for later."""
    COUNTS.mkdir(parents=True, exist_ok=True)
    if not aside:
        say(f"\n── tests of the {name} ──")
    command = [str(layout.PYTHON), "-m", "pytest", "-ra", "-p", "tooling.pytest_counts"]
    environment = {
        **odoo_run.environment(),
        "HYPOTHESIS_STORAGE_DIRECTORY": str(layout.HOME / "hypothesis"),
        "PM_TEST_COUNTS": str(COUNTS / f"{name}.json"),
        "PM_TEST_DB": DATABASE,
        "PM_TEST_TEMPLATE": template,
        "PYTHONPATH": str(layout.ROOT),
        "PYTEST_ADDOPTS": os.environ.get("PYTEST_ADDOPTS", ""),
    }
    printed = layout.LOG / f"test-{name}.log" if aside else None
    with contextlib.ExitStack() as opened:
        stream = opened.enter_context(printed.open("wb")) if printed else None
        process = subprocess.Popen(
            [*command, *[str(text) for text in arguments]],
            env=environment,
            cwd=layout.ROOT,
            stdout=stream,
            stderr=subprocess.STDOUT if stream else None,
        )
    return name, process, printed


def _end(name, process, printed):
    """Wait for a run; return its exit code."""
    code = process.wait()
    if printed:
        say(f"\n── tests of the {name} ──")
        say(printed.read_text(encoding="utf-8", errors="replace").rstrip())
    if code < 0:
        raise Failure(f"pytest was ended by signal {-code}")
    return code


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
