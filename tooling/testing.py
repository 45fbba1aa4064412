"""``./pm test``: the addons' tests inside Odoo, and the product's from outside.

pytest-odoo puts an Odoo registry into the test process, which tests that start
Odoo themselves, or need none, must not have: so there is more than one run of pytest,
and one closing line. All tests are run in parts, one of each addon and one of each file
outside, as many at a time as there are processors; a part has databases of its own, and
the next begins when one is over, so that no processor waits for the longest. Chosen
tests are one run inside and one outside.
"""

import dataclasses
import json
import os
import shutil
import subprocess
import time
from pathlib import Path

from . import databases, layout, odoo_run
from .steps import locked, read, say, write

DATABASE = "pm_test"
COUNTS = layout.HOME / "test"
# How long each part took the last time, in seconds.
DURATIONS = layout.HOME / "test-durations.json"
NO_TESTS = 5  # pytest's exit code for it
# These take longest; where nothing was measured yet they begin first.
LONG = ("pm_billing", "pm_core", "pm_maintenance", "pm_complaints", "test_upgrade")
# pytest's options whose value could be taken for a path.
WITH_VALUE = ("-k", "-m", "-p", "-o", "-c", "-W")
# Options that choose tests.
CHOOSING = ("-k", "-m", "--lf", "--last-failed", "--collect-only", "--co")
WORDS = ("passed", "failed", "skipped", "xfailed", "xpassed", "deselected")


@dataclasses.dataclass
class Part:
    """A run of pytest: inside Odoo, on a database, or outside."""

    name: str
    arguments: list
    database: str = ""
    # what it prints is kept in a file and shown when it is over
    aside: bool = False
    process: subprocess.Popen = None
    started: float = 0.0

    @property
    def log(self):
        """The file of what it prints."""
        return layout.LOG / f"test-{self.name}.log"

    @property
    def counts_file(self):
        """Where its process leaves the counts."""
        return COUNTS / f"{self.name}.json"

    def counts(self):
        """How many tests passed, failed, …"""
        return json.loads(read(self.counts_file) or "{}")

    def start(self, template):
        """Start its process."""
        options = ["-p", "no:odoo"]
        if self.database:
            databases.clone(template, self.database)
            options = _odoo_options(self.database)
        stream = self.log.open("wb") if self.aside else None
        self.started = time.monotonic()
        command = [layout.PYTHON, "-m", "pytest", "-ra", "-p", "tooling.pytest_counts"]
        self.process = subprocess.Popen(
            [str(text) for text in (*command, *options, *self.arguments)],
            env={
                **odoo_run.environment(),
                "HYPOTHESIS_STORAGE_DIRECTORY": str(layout.HOME / "hypothesis"),
                "PM_TEST_COUNTS": str(self.counts_file),
                "PM_TEST_DB": self.database or DATABASE,
                # nobody has that database afterwards
                "PM_TEST_SHARED": "1",
                "PM_TEST_TEMPLATE": template,
                "PYTHONPATH": str(layout.ROOT),
                "PYTEST_ADDOPTS": os.environ.get("PYTEST_ADDOPTS", ""),
            },
            cwd=layout.ROOT,
            stdout=stream,
            stderr=subprocess.STDOUT if stream else None,
        )
        if stream:
            stream.close()

    def end(self):
        """Say how it went, and all that it printed if there is something to read."""
        seconds = time.monotonic() - self.started
        counts, code = self.counts(), self.process.returncode
        if self.aside:
            if code not in (0, NO_TESTS) or set(counts) - {"passed"}:
                say(f"\n── tests of {self.name} ──")
                say(self.log.read_text(encoding="utf-8", errors="replace").rstrip())
            say(f"{self.name}: {_shown(counts)} in {seconds:.0f} s")
        if code < 0:
            say(f"pytest of {self.name} was ended by signal {-code}")
            code = 1
        return code, seconds


def run(arguments):
    """Run pytest over everything, or what `arguments` name; return the exit code."""
    started = time.monotonic()
    with locked("test"):
        shutil.rmtree(COUNTS, ignore_errors=True)
        COUNTS.mkdir(parents=True)
        layout.LOG.mkdir(parents=True, exist_ok=True)
        template = databases.addons_template()
        parts = _parts(arguments)
        codes = _run(parts, template)
    _conclude(time.monotonic() - started, parts)
    return _code(codes)


def _run(parts, template):
    """Run the parts, several at a time; return the exit code of each."""
    waiting, running, codes = list(parts), [], []
    took = json.loads(read(DURATIONS) or "{}")
    for part in parts:
        part.aside = len(parts) > 1
    try:
        while waiting or running:
            while waiting and len(running) < _at_once():
                part = waiting.pop(0)
                part.start(template)
                running.append(part)
            time.sleep(0.2)
            for part in [one for one in running if one.process.poll() is not None]:
                running.remove(part)
                code, took[part.name] = part.end()
                codes.append(code)
    finally:
        for part in running:
            part.process.terminate()
    if len(parts) > 2:
        write(DURATIONS, json.dumps(took, indent=1))
    return codes


def _at_once():
    """How many parts run at a time: the database server has connections for some."""
    return int(os.environ.get("PM_TEST_JOBS") or min(4, max(2, os.cpu_count() or 2)))


def _code(codes):
    """One exit code for all: nothing selected is wrong only if it was so everywhere."""
    selected = [code for code in codes if code != NO_TESTS]
    return max(selected, default=NO_TESTS)


def _parts(arguments):
    """The runs for these arguments of pytest, in the order in which they start."""
    if not any(_is_choice(text) for text in arguments):
        return _all_parts(arguments)
    outer, inner = _split(arguments)
    parts = [Part("addons", inner, DATABASE)] if inner is not None else []
    if outer is not None:
        parts.append(Part("product", outer))
    return parts


def _is_choice(text):
    return _is_path(text) or text.split("=")[0] in CHOOSING


def _all_parts(arguments):
    """Everything: what took longest the last time comes first, and what is new."""
    parts = [
        Part(folder.parent.name, [*arguments, folder], f"{DATABASE}_{index}")
        for index, folder in enumerate(sorted(layout.ADDONS.glob("*/tests")))
    ]
    files = (layout.ROOT / "tests").glob("test_*.py")
    for path in sorted(files, key=lambda path: -path.stat().st_size):
        parts.append(Part(path.stem, [*arguments, path]))
    took = json.loads(read(DURATIONS) or "{}")
    if not took:
        took = {part.name: part.name in LONG for part in parts}
    return sorted(parts, key=lambda part: -took.get(part.name, float("inf")))


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


def _odoo_options(database):
    return [
        "-p",
        "tooling.pytest_caches",
        "--odoo-database",
        database,
        "--odoo-config",
        str(layout.ODOO_CONF),
        # HttpCase needs a server; no job runner may take what a test enqueues.
        "--odoo-http",
        "--odoo-extra",
        f"load={odoo_run.WITHOUT_QUEUE}",
    ]


def _conclude(seconds, parts):
    """The closing line of all parts together, of the kind pytest prints."""
    total = {"passed": 0, "failed": 0}
    for part in parts:
        for word, number in part.counts().items():
            total[word] = total.get(word, 0) + number
    minutes, rest = divmod(round(seconds), 60)
    say(f"\nall runs took {minutes} min {rest} s")
    say(_shown(total))


def _shown(counts):
    return ", ".join(f"{counts[word]} {word}" for word in WORDS if word in counts)
