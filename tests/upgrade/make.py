"""Make databases of versions that were released, from the history of the project.

    python3 tests/upgrade/make.py 19.0.1.3.0

A program to run by hand once a version is released: it installs that version's addons
from git, has its own demo done on a small part of the estate, and adds it to
``tests/upgrade/databases.tar.xz``, from where ``tests/test_backup.py``,
``tests/test_upgrade.py`` and the benchmark ``upgrade`` take it. Without a name it makes
all of them anew. One archive, because the databases resemble each other.
"""

import io
import json
import lzma
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent))

from tooling import (  # noqa: E402
    cli,
    databases,
    layout,
    manifests,
    odoo_run,
    postgres,
    steps,
)

ARCHIVE = HERE / "databases.tar.xz"
# The last commit of each version that databases were made with, and one from the
# middle of a version, when not all of its tables were there yet.
VERSIONS = {
    "19.0.1.0.0": "3a4d063",
    "19.0.1.1.0-early": "9ca4eda^",
    "19.0.1.1.0": "a8aa785",
    "19.0.1.2.0": "ef25e15",
    "19.0.1.3.0": "2f04779",
    "19.0.1.4.0": "ac49118",
    "19.0.1.5.0": "34c3ac8",
}
# so many units of each entrance are taken over
UNITS = 2
# Rewrites the workbook of the demo, by the Python that has openpyxl.
SMALLER = """
import sys, openpyxl
path, units = sys.argv[1], int(sys.argv[2])
book = openpyxl.load_workbook(path)
def keep(sheet, wanted):
    rows = [row for row in sheet.iter_rows(min_row=2, values_only=True) if wanted(row)]
    sheet.delete_rows(2, sheet.max_row)
    for row in rows:
        sheet.append(row)
    return rows
seen, owners = {}, set()
def few(row):
    entrance = row[1:3]
    seen[entrance] = seen.get(entrance, 0) + 1
    return seen[entrance] <= units
for row in keep(book["房屋信息"], few):
    owners.add(row[6])
places = iter(range(1000))
for row in keep(book["车位信息"], lambda row: next(places) < 20):
    owners.add(row[4])
keep(book["业主信息"], lambda row: row[7] in owners)
book.save(path)
"""
# Scripts and styles of the web client, which are made anew.
SLIM = "DELETE FROM ir_attachment WHERE url LIKE '/web/assets/%'"


def main():
    cli.prepare()
    folder = layout.HOME / "history"
    shutil.rmtree(folder, ignore_errors=True)
    wanted = sys.argv[1:] or list(VERSIONS)
    _unpack(folder, VERSIONS.keys() - set(wanted))
    for name, commit in VERSIONS.items():
        if name not in wanted:
            continue
        steps.say(f"{name} from {commit}")
        # each in a process of its own, in which the paths are those of then
        child = os.fork()
        if not child:
            make(name, commit, folder / name)
            os._exit(0)
        if os.waitpid(child, 0)[1]:
            sys.exit(f"{name} failed: see {layout.LOG}")
        _dump(name, folder)
    _pack(folder)


def make(name, commit, folder):
    """Install one version and do its demo."""
    _check_out(commit, folder)
    register = folder / "addons/pm_core/tests/data/register.xlsx"
    subprocess.run([layout.PYTHON, "-c", SMALLER, register, str(UNITS)], check=True)
    # the tooling of today with the addons and the demo of then
    layout.ROOT, layout.ADDONS = folder, folder / "addons"
    layout.ODOO_CONF = folder / "odoo.conf"
    os.chdir(folder)
    odoo_run.write_config()
    database, ours = _database(name), list(manifests.manifests())
    log = steps.Log(f"history-{name}")
    databases.drop(database)
    databases._fill_base(log, database)
    databases.install(log, database, ours)
    demo = databases.SCRIPTS / "load_demo.py"
    odoo_run.shell(log, database, demo, PM_MODULES=",".join(ours))
    lines = folder / "lines.json"
    month = next(
        path
        for path in ("demo/run_demo.py", "tooling/scripts/run_demo.py")
        if (folder / path).exists()
    )
    odoo_run.shell(log, database, folder / month, PM_DEMO_LINES=str(lines))
    if not json.loads(lines.read_text()):
        raise SystemExit(f"{name}: the demo did nothing")


def _check_out(commit, folder):
    folder.mkdir(parents=True)
    archive = subprocess.run(
        ["git", "archive", commit], cwd=layout.ROOT, stdout=subprocess.PIPE, check=True
    )
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tar:
        tar.extractall(folder, filter="data")


def _database(name):
    return f"pm_history_{name.replace('.', '_').replace('-', '_')}"


def _dump(name, folder):
    postgres.sql(SLIM, _database(name))
    with (folder / f"{name}.sql").open("wb") as stream:
        subprocess.run(
            ["pg_dump", "--no-owner", "--no-privileges", "-d", _database(name)],
            env=odoo_run.environment(),
            stdout=stream,
            check=True,
        )


def _unpack(folder, names):
    """Put dumps that stay as they are beside those that are made."""
    folder.mkdir(parents=True)
    if names:
        with tarfile.open(ARCHIVE) as tar:
            for name in names:
                tar.extract(f"{name}.sql", folder, filter="data")


def _pack(folder):
    """One archive whose dictionary holds a whole database."""
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 9, "dict_size": 1 << 26}]
    with lzma.open(ARCHIVE, "wb", filters=filters) as stream:
        with tarfile.open(fileobj=stream, mode="w|") as tar:
            for name in VERSIONS:
                tar.add(folder / f"{name}.sql", f"{name}.sql", filter=_nameless)


def _nameless(entry):
    entry.uid = entry.gid = entry.mtime = 0
    entry.uname = entry.gname = ""
    return entry


if __name__ == "__main__":
    main()
