"""The command ./pm, tried as its users meet it; none of this needs Odoo."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from tooling import (
    house,
    layout,
    loaded,
    manifests,
    odoo_run,
    postgres,
    steps,
    system,
)
from tooling.steps import CommandFailed, Failure, Step

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A state folder of the test's own."""
    for name in ("STAMPS", "LOG", "PG", "DATA"):
        monkeypatch.setattr(layout, name, tmp_path / name.lower())
    monkeypatch.setattr(layout, "HOME", tmp_path)
    return tmp_path


def pm(*arguments, **environment):
    """Run the real command."""
    return subprocess.run(
        [sys.executable, str(ROOT / "pm"), *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


def step(work, inputs=("1",), **options):
    return Step("thing", "The thing", work, "do this", lambda: inputs, **options)


# --- steps ------------------------------------------------------------------


def test_step_is_done_once_and_again_when_its_inputs_change(home):
    runs = []
    steps.ensure(step(lambda log: runs.append(1)))
    steps.ensure(step(lambda log: runs.append(2)))
    steps.ensure(step(lambda log: runs.append(3), inputs=("2",)))
    assert runs == [1, 3]


def test_step_is_done_again_when_its_result_is_gone(home):
    made = home / "made"
    again = step(lambda log: made.touch(), present=made.exists)
    steps.ensure(again)
    made.unlink()
    steps.ensure(again)
    assert made.exists()


def test_inputs_do_not_run_into_each_other():
    assert steps.digest("ab", "c") != steps.digest("a", "bc")


def test_failed_step_says_one_line_with_reason_advice_and_log(home):
    def work(log):
        script = "print('noise'); raise ValueError('no such mirror')"
        log.call(sys.executable, "-c", script)

    with pytest.raises(Failure) as caught:
        steps.ensure(step(work))
    (line,) = str(caught.value).splitlines()
    assert "The thing failed" in line
    assert "ValueError: no such mirror" in line
    assert "do this" in line
    assert "thing.log" in line
    assert "noise" in (layout.LOG / "thing.log").read_text()
    assert not (layout.STAMPS / "thing").exists()


def test_missing_program_is_named(home):
    with pytest.raises(CommandFailed, match="no-such-program is not installed"):
        steps.Log("x").call("no-such-program")


def test_killed_step_is_redone_and_done_ones_are_kept(tmp_path):
    """Set-up is interrupted as by a lost connection, and goes on from there."""
    script = textwrap.dedent(
        """
        import sys, time
        from tooling.steps import Step, ensure

        def first(log):
            print("first ran", flush=True)

        def second(log):
            print("second ran", flush=True)
            time.sleep(float(sys.argv[1]))

        ensure(
            Step("first", "First", first, ""),
            Step("second", "Second", second, ""),
        )
        """
    )
    environment = {**os.environ, "PM_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", script]
    process = subprocess.Popen(
        [*command, "60"], env=environment, stdout=subprocess.PIPE, text=True
    )
    for line in process.stdout:
        if "second ran" in line:
            break
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    done = subprocess.run(
        [*command, "0"], env=environment, capture_output=True, text=True, check=True
    )
    assert "first ran" not in done.stdout
    assert "second ran" in done.stdout


def test_two_set_ups_at_once_do_not_run_together(tmp_path):
    script = textwrap.dedent(
        """
        import time
        from tooling.steps import Step, ensure

        def work(log):
            print("in", flush=True)
            time.sleep(1)
            print("out", flush=True)

        ensure(Step("only", "Only", work, ""))
        """
    )
    environment = {**os.environ, "PM_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", script],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    outputs = [process.communicate(timeout=60)[0] for process in processes]
    assert sum("in\n" in output for output in outputs) == 1
    assert sum("waiting for another ./pm" in output for output in outputs) <= 1


def test_file_is_written_at_once_with_its_mode(tmp_path):
    path = tmp_path / "secret"
    steps.write(path, "x", mode=0o600)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["secret"]


# --- the command line ---------------------------------------------------------


@pytest.mark.parametrize("version", [(3, 9), (3, 14), (2, 7)])
def test_other_python_is_refused_in_one_line(version):
    script = (
        "import runpy, sys; sys.version_info = "
        f"({version[0]}, {version[1]}, 0); runpy.run_path({str(ROOT / 'pm')!r})"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert f"this is {version[0]}.{version[1]}" in done.stderr


def test_command_is_readable_by_old_pythons():
    source = (ROOT / "pm").read_text()
    assert 'f"' not in source and ":=" not in source


def test_taken_port_is_told_before_anything_is_set_up(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = pm("demo", "--port", str(port), PM_HOME=str(tmp_path / "home"))
    assert done.returncode == 1
    assert done.stderr == (
        f"pm: port {port} is in use: stop that program, or choose another, "
        f"e.g. ./pm demo --port {port + 1}\n"
    )
    assert not (tmp_path / "home").exists()


def test_wrong_override_is_told(tmp_path):
    done = pm("setup", "--only", "odoo", PM_HOME=str(tmp_path), PM_ODOO="/nowhere")
    assert done.returncode == 1
    assert "PM_ODOO names no directory" in done.stderr
    assert "Traceback" not in done.stderr


def test_template_names_are_refused():
    for name in ("pm_base_x", "pm_estate_x", "a b", "x;drop", "数据"):
        done = pm("db", name)
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1


def test_unknown_command_is_usage():
    assert pm("nonsense").returncode == 2


# --- system packages ------------------------------------------------------------


def test_missing_package_that_cannot_be_installed_is_named(home, monkeypatch):
    monkeypatch.setattr(system, "_as_root", lambda: None)
    wanted = [system.Need("some-package", lambda: None)]
    with pytest.raises(CommandFailed, match="some-package"):
        system.install(steps.Log("x"), wanted)


def test_missing_optional_package_stops_nobody(home, monkeypatch):
    monkeypatch.setattr(system, "_as_root", lambda: None)
    wanted = [system.Need("some-package", lambda: None, optional=True)]
    system.install(steps.Log("x"), wanted)


# --- manifests ------------------------------------------------------------------


def addon(folder, name, **manifest):
    (folder / name).mkdir(parents=True)
    text = repr({"name": name, "depends": ["base"], **manifest})
    (folder / name / "__manifest__.py").write_text(text)
    return folder / name


def test_manifests_tell_what_is_not_ours(tmp_path):
    addon(tmp_path, "pm_one", depends=["account", "hr"])
    addon(tmp_path, "pm_two", depends=["pm_one", "survey"])
    addon(tmp_path, "pm_off", depends=["website"], installable=False)
    needed = ["account", "hr", "survey", *manifests.TESTED_WITH]
    assert manifests.dependencies(tmp_path) == sorted(needed)
    assert list(manifests.manifests(tmp_path)) == ["pm_one", "pm_two"]


def test_broken_manifest_is_named(tmp_path):
    addon(tmp_path, "pm_one")
    (tmp_path / "pm_one" / "__manifest__.py").write_text("{'name': ")
    with pytest.raises(Failure, match="pm_one/__manifest__.py is no plain dict"):
        manifests.manifests(tmp_path)


def test_tests_of_an_addon_make_no_new_template(tmp_path):
    folder = addon(tmp_path, "pm_one")
    (folder / "models").mkdir()
    (folder / "tests").mkdir()
    (folder / "models" / "a.py").write_text("1")
    before = manifests.content_key(tmp_path)
    (folder / "tests" / "test_a.py").write_text("changed")
    assert manifests.content_key(tmp_path) == before
    (folder / "models" / "a.py").write_text("2")
    assert manifests.content_key(tmp_path) != before


# --- database server --------------------------------------------------------------


@pytest.fixture
def private_server(tmp_path, monkeypatch):
    """A second private server, in a folder closed to the account that runs it."""
    if os.environ.get("PM_DB_HOST"):
        pytest.skip("another server is in use")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    environment = {"PM_HOME": str(closed / "home")}
    yield environment
    pm("stop", **environment)


def test_server_is_made_started_and_stopped_in_a_closed_folder(private_server):
    made = pm("setup", "--only", "postgres", **private_server)
    assert made.returncode == 0, made.stderr
    home = Path(private_server["PM_HOME"])
    data = home / "pg" / "data"
    assert data.stat().st_mode & 0o077 == 0
    port = int((home / "pg" / "port").read_text())
    with socket.create_connection(("127.0.0.1", port), timeout=5):
        pass
    again = pm("setup", "--only", "postgres", **private_server)
    assert again.stdout == ""
    assert pm("stop", **private_server).returncode == 0
    assert postgres.port_is_free(port)


def test_half_made_cluster_is_made_anew(private_server):
    data = Path(private_server["PM_HOME"]) / "pg" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("15\n")
    (data / "half").write_text("")
    made = pm("setup", "--only", "postgres", **private_server)
    assert made.returncode == 0, made.stderr
    assert not (data / "half").exists()


# --- servers -------------------------------------------------------------------------


def test_server_that_does_not_come_up_is_told(home, monkeypatch):
    monkeypatch.setattr(odoo_run, "command", lambda *a: [sys.executable, "-c", "1"])
    server = odoo_run.Server("none", 1)
    started = time.monotonic()
    with pytest.raises(Failure, match="Odoo does not answer"):
        server.wait_ready()
    assert time.monotonic() - started < 30


def test_nothing_here_names_this_machine():
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("no history here")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "tooling", "docker", ".ci", "pm"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert str(ROOT) not in text, name


# --- what Odoo loads ------------------------------------------------------------------


def test_no_file_is_too_long_and_no_list_packed():
    assert house.long_files() == []
    assert house.packed_lists() == []


def test_a_long_file_and_a_packed_list_are_named(tmp_path):
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "short.py").write_text("a = [1]\nb = [*a, 2]\n")
    assert house.long_files(tmp_path) == house.packed_lists(tmp_path) == []
    (folder / "long.py").write_text("a = 1\n" * 501)
    (folder / "packed.py").write_text("\nb = [*(1, 2), 3]\n")
    (line,) = house.long_files(tmp_path)
    assert line.endswith("demo/long.py: 501 lines, more than 500; split it by subject")
    (line,) = house.packed_lists(tmp_path)
    assert "demo/packed.py:2:" in line


def test_no_address_is_taken():
    assert house.taken_addresses() == []


def test_an_address_of_another_addon_is_named(tmp_path):
    action = """<odoo><record id="a" model="ir.actions.act_window">
        <field name="path">repairs</field></record></odoo>"""
    for base, name in (("ours", "pm_one"), ("theirs", "repair")):
        views = addon(tmp_path / base, name) / "views"
        views.mkdir()
        (views / "a.xml").write_text(action)
    other = tmp_path / "theirs" / "repair"
    (line,) = house.taken_addresses(tmp_path / "ours", [other])
    assert "the address repairs is taken by repair (a.xml)" in line
    assert house.taken_addresses(tmp_path / "ours", []) == []
    (views.parents[1].parent / "ours" / "pm_one" / "views" / "b.xml").write_text(action)
    (line,) = house.taken_addresses(tmp_path / "ours", [])
    assert line.startswith("repairs: ")


def test_no_page_is_where_another_addon_has_one():
    assert house.taken_routes() == []


def test_a_page_of_another_addon_is_named(tmp_path):
    ours = """from odoo import http
class Page:
    @http.route(["/my/orders", "/my/orders/<int:order_id>"], auth="user")
    def orders(self): ...
    @http.route(f"/my/orders/<any({','.join('ab')}):step>")
    def step(self): ...
    @http.route()
    def home(self): ...
"""
    theirs = """from odoo.http import route
class Page:
    @route('/my/orders/<string:name>', auth='public')
    def orders(self): ...
"""
    for base, name, source in (("ours", "pm_one", ours), ("theirs", "sale", theirs)):
        pages = addon(tmp_path / base, name) / "controllers"
        pages.mkdir()
        (pages / "portal.py").write_text(source)
    other = tmp_path / "theirs" / "sale"
    (line,) = house.taken_routes(tmp_path / "ours", [other])
    assert "the page /my/orders/<string:name> is one of sale (portal.py)" in line
    assert house.taken_routes(tmp_path / "ours", []) == []
    again = addon(tmp_path / "ours", "pm_two") / "controllers"
    again.mkdir()
    (again / "portal.py").write_text(ours)
    assert len(house.taken_routes(tmp_path / "ours", [])) == 3


def test_every_file_of_the_addons_is_loaded():
    assert loaded.findings() == []


@pytest.mark.parametrize(
    "lost",
    ["models/room/lost.py", "tests/room/test_lost.py", "views/room/lost.xml"],
)
def test_a_file_that_nobody_names_is_found(tmp_path, lost):
    folder = addon(tmp_path, "pm_one", data=["views/room/kept.xml"])
    files = {
        "__init__.py": "from . import models",
        "models/__init__.py": "from .room import kept",
        "models/room/__init__.py": "",
        "models/room/kept.py": "from odoo.addons.pm_one.engine.sums import total",
        "engine/__init__.py": "",
        "engine/sums.py": "",
        "tests/__init__.py": "from . import room",
        "tests/room/__init__.py": "from . import test_kept",
        "tests/room/test_kept.py": "from ..common import Case",
        "tests/common.py": "",
        "views/room/kept.xml": "<odoo/>",
        "migrations/1.0/pre-names.py": "",
        "tools/others.py": "",
    }
    other = addon(tmp_path, "pm_two") / "__init__.py"
    other.write_text("from odoo.addons.pm_one.tools import others")
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert loaded.findings(tmp_path) == []
    (folder / lost).write_text("")
    (line,) = loaded.findings(tmp_path)
    assert f"pm_one/{lost}: nothing loads it" in line
