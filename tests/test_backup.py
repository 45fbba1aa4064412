"""``./pm backup`` and ``./pm restore``: all of it comes back, or nothing does."""

import io
import os
import re
import stat
import sys
import tarfile

import pytest
from upgrade import upgrading

from tooling import backups, cli, databases, inventory, layout, places, postgres
from tooling.steps import CommandFailed, Failure

DATABASE = "pm_test_backup"
RESTORED = "pm_test_restored"
# Stands for docker: does beside the test what it would do in the containers.
DOCKER = """#!{python}
import os, re, sys
words = sys.argv[1:]
if "exec" in words:
    words = words[words.index("db") + 1:]
    at = words.index("-U")
    assert words[at + 1] == "odoo", words
    del words[at:at + 2]
else:
    at = words.index("--entrypoint")
    words = [words[at + 1], *words[words.index("odoo", at + 2) + 1:]]
words = [word.replace("/var/lib/odoo/filestore", {files!r})
         .replace("/etc/odoo/odoo.conf", {conf!r}) for word in words]
os.environ["PGUSER"] = "postgres"
os.execvp(words[0], words)
"""


@pytest.fixture(autouse=True)
def set_up(monkeypatch):
    """The tests run in what was set up for them."""
    monkeypatch.setattr(cli, "prepare", lambda: None)


@pytest.fixture(scope="module")
def database(make_database):
    """A small estate with a month's ledger, and a file for each attachment."""
    upgrading.restore("19.0.1.2.0", make_database.named(DATABASE))
    for number, name in enumerate(stored(DATABASE)):
        path = databases.filestore(DATABASE) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(f"file {number}".encode() * 100)
    make_database.named(RESTORED)
    return DATABASE


def stored(database):
    names = postgres.sql(
        "SELECT DISTINCT store_fname FROM ir_attachment"
        " WHERE store_fname IS NOT NULL ORDER BY 1",
        database,
    )
    return [name for (name,) in names]


@pytest.fixture
def archive(database, tmp_path):
    return backups.backup(places.Here(), database, tmp_path)


def content(database):
    found = inventory.of_database(lambda text: postgres.sql(text, database))
    folder = databases.filestore(database)
    files = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
    return {**found, "database": "", "taken": "", "files": files}


def test_all_of_it_comes_back(database, tmp_path, capsys, monkeypatch):
    """What it was when the backup began; nobody but its owner can read it."""
    wanted = content(database)
    dump = places.Here.dump

    def busy(place, name, snapshot, stream):
        postgres.sql("DELETE FROM mail_message WHERE id % 2 = 0", name)
        dump(place, name, snapshot, stream)

    monkeypatch.setattr(places.Here, "dump", busy)
    assert cli.main(["backup", "-d", database, str(tmp_path)]) == 0
    (path,) = tmp_path.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert cli.main(["restore", str(path), RESTORED]) == 0
    assert content(RESTORED) == wanted
    assert content(database)["rows"] != wanted["rows"]
    paths = databases.filestore(RESTORED).rglob("*")
    assert {entry.stat().st_mode & 0o077 for entry in paths} == {0}
    assert float(wanted["ledger"]["debit"]) > 0
    assert wanted["rows"]["pm_charge"] > 100
    assert len(wanted["files"]) == len(stored(database)) > 10
    assert sum("unaccent" in text for text in wanted["indexes"].values()) >= 10
    assert f"{len(wanted['indexes'])} indexes" in capsys.readouterr().out
    # a second time it would replace somebody's work
    assert cli.main(["restore", str(path), RESTORED]) == 1
    assert "is there already" in capsys.readouterr().err
    databases.drop(RESTORED)


def test_the_clean_up_of_files_waits_and_work_goes_on(database):
    clean_up = "SET lock_timeout = '500ms'; LOCK ir_attachment IN SHARE MODE"
    with places.Here().snapshot(database):
        with pytest.raises(CommandFailed, match="lock timeout"):
            postgres.sql(f"BEGIN; {clean_up}", database)
        postgres.sql("UPDATE ir_attachment SET name = name", database)
    postgres.sql(f"BEGIN; {clean_up}", database)


def cut(path):
    with path.open("r+b") as stream:
        stream.truncate(path.stat().st_size // 2)


def change_and_lose_files(path):
    """As a disk does that goes bad."""
    shorter = path.with_suffix(".short")
    with tarfile.open(path) as old, tarfile.open(shorter, "w") as new:
        files = 0
        for member in old:
            files += member.name.startswith(backups.FILES)
            content = old.extractfile(member)
            if member.name.startswith(backups.FILES) and files < 3:
                if files == 1:
                    continue
                content = io.BytesIO(b"F" * member.size)
            new.addfile(member, content)
    shorter.replace(path)


def replace_by_text(path):
    path.write_text("no archive")


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (cut, "no whole backup|failed|was not restored"),
        (
            change_and_lose_files,
            r"file \w\w/\w+: .*nothing is there; file \w\w/\w+: .* was backed up",
        ),
        (replace_by_text, "no whole backup"),
    ],
)
def test_a_damaged_one_makes_no_database(archive, damage, told):
    damage(archive)
    with pytest.raises(Failure, match=told):
        backups.restore(places.Here(), archive, RESTORED)
    left = [name for name in places.Here().names() if name.startswith(RESTORED)]
    assert left == []
    assert not databases.filestore(f"{RESTORED}_restoring").exists()


def test_a_file_that_was_lost_before_is_told(database, tmp_path, capsys):
    name = stored(database)[0]
    path = databases.filestore(database) / name
    lost = path.read_bytes()
    path.unlink()
    try:
        backups.backup(places.Here(), database, tmp_path)
        assert f"{name}: named in the database" in capsys.readouterr().out
    finally:
        path.write_bytes(lost)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["backup", "-d", "pm_test_nowhere"], "there is no database pm_test_nowhere"),
        (["backup", "-d", "postgres"], "there is no database postgres"),
        (["restore", "nowhere.tar", RESTORED], "there is no nowhere.tar"),
        (["restore", "nowhere.tar", "a;b"], "is no database name"),
    ],
)
def test_mistakes_are_told_in_one_line(database, arguments, told, capsys):
    assert cli.main(arguments) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert told in line


@pytest.mark.skipif(
    bool(os.environ.get("PM_DB_HOST")), reason="stands for the container's superuser"
)
def test_in_the_containers(database, tmp_path, monkeypatch, capsys):
    """The commands for docker, carried out beside the test."""
    programs = tmp_path / "programs"
    programs.mkdir()
    docker = programs / "docker"
    text = DOCKER.format(
        python=sys.executable,
        files=str(layout.DATA / "filestore"),
        conf=str(layout.ROOT / "docker/odoo.conf"),
    )
    docker.write_text(text)
    docker.chmod(0o755)
    for name, value in places.Here().environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PATH", os.pathsep.join([str(programs), os.environ["PATH"]]))
    path = tmp_path / "pm.tar"
    assert cli.main(["backup", "--compose", "-d", database, str(path)]) == 0
    with tarfile.open(path) as archive:
        kept = archive.extractfile(backups.CONFIGURATION).read()
    assert kept == (layout.ROOT / "docker/odoo.conf").read_bytes()
    try:
        # the command itself compares every table, index and file
        assert cli.main(["restore", "--compose", str(path), RESTORED]) == 0
        files = [entry for entry in databases.filestore(RESTORED).rglob("*")]
        assert sum(entry.is_file() for entry in files) == len(stored(database))
    finally:
        places.Containers().drop(RESTORED)
    assert "debit" in capsys.readouterr().out


def test_the_guide_names_what_there_is():
    guide = (layout.ROOT / "docs/operations.md").read_text(encoding="utf-8")
    calls = re.findall(r"\./pm (?:backup|restore) [^\n`]+", guide)
    assert len(calls) >= 4
    for call in calls:
        options, rest = cli._parser().parse_known_args(call.split()[1:])
        assert not rest, call
