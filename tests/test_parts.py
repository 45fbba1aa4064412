"""The parts that ``./pm test`` runs: each test in one of them, several at a time."""

import json
import subprocess
import sys
import time

import pytest

from tooling import layout, steps, testing


@pytest.fixture
def state(tmp_path, monkeypatch):
    """Counts, logs and durations of the test's own."""
    monkeypatch.setattr(testing, "COUNTS", tmp_path)
    monkeypatch.setattr(testing, "DURATIONS", tmp_path / "durations.json")
    monkeypatch.setattr(layout, "LOG", tmp_path)
    return tmp_path


class Quick(testing.Part):
    """A part that says something, leaves its counts, and ends as it is told."""

    def start(self, template):
        counts, ending = self.arguments
        script = (
            "import os, pathlib, sys, time; time.sleep(0.3); "
            f"pathlib.Path({str(self.counts_file)!r}).write_text({json.dumps(counts)!r});"
            f"print('what {self.name} says', flush=True); {ending}"
        )
        self.started = time.monotonic()
        with self.log.open("wb") as stream:
            self.process = subprocess.Popen(
                [sys.executable, "-c", script], stdout=stream
            )


def test_paths_choose_the_run(monkeypatch):
    monkeypatch.chdir(layout.ROOT)
    assert testing._split(["tests/conftest.py", "-x"])[1] is None
    assert testing._split(["addons", "-k", "tests"]) == (
        None,
        ["-k", "tests", "addons"],
    )
    assert testing._split(["-k", "docker"])[0] == ["-k", "docker", "tests"]
    chosen = testing._parts(["-k", "docker"])
    assert [part.name for part in chosen] == ["addons", "product"]
    (part,) = testing._parts(["tests/conftest.py", "-x"])
    assert part.arguments == ["-x", "tests/conftest.py"] and not part.database


def test_all_is_run_in_parts_that_have_nothing_in_common(state):
    parts = testing._parts(["-x"])
    paths = [part.arguments[1] for part in parts]
    assert all(part.arguments[0] == "-x" for part in parts)
    assert sorted(paths) == sorted(
        [*layout.ADDONS.glob("*/tests"), *(layout.ROOT / "tests").glob("test_*.py")]
    )
    assert len({part.name for part in parts}) == len(parts)
    inside = [part.database for part in parts if part.database]
    assert len(set(inside)) == len(inside) == len([*layout.ADDONS.glob("*/tests")])


def test_the_longest_begins_and_before_it_what_is_new(state):
    steps.write(testing.DURATIONS, '{"test_jobs": 30, "pm_core": 300}')
    names = [part.name for part in testing._parts([])]
    assert names[-2:] == ["pm_core", "test_jobs"]


def test_where_nothing_was_measured_what_is_known_to_be_long_begins(state):
    names = [part.name for part in testing._parts([])]
    assert set(names[: len(testing.LONG)]) == set(testing.LONG)


@pytest.mark.parametrize(
    "counts, ending, code",
    [
        ({"passed": 7}, "sys.exit(0)", 0),
        ({"passed": 6, "failed": 1}, "sys.exit(1)", 1),
        ({"passed": 6, "skipped": 1}, "sys.exit(0)", 0),
        ({}, "sys.exit(5)", 5),
        ({}, "os.kill(os.getpid(), 9)", 1),
    ],
)
def test_each_part_is_run_and_counted(state, capsys, counts, ending, code):
    well = ({"passed": 2}, "sys.exit(0)")
    parts = [Quick("one", well), Quick("two", (counts, ending)), Quick("three", well)]
    assert sorted(testing._run(parts, "template")) == sorted([0, 0, code])
    testing._conclude(61, parts)
    printed = capsys.readouterr().out
    assert "what one says" not in printed and "one: 2 passed in" in printed
    # what was well needs no reading
    assert ("what two says" in printed) == (code == 1 or "skipped" in counts)
    assert "all runs took 1 min 1 s" in printed
    passed = 4 + counts.get("passed", 0)
    assert f"{passed} passed, {counts.get('failed', 0)} failed" in printed
    assert set(json.loads(testing.DURATIONS.read_text())) == {"one", "two", "three"}


@pytest.mark.parametrize(
    "codes, expected", [([0, 5], 0), ([5, 5], 5), ([1, 5], 1), ([0, 0], 0), ([5], 5)]
)
def test_nothing_selected_is_wrong_only_everywhere(codes, expected):
    assert testing._code(codes) == expected
