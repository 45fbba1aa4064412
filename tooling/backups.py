"""``./pm backup`` and ``./pm restore``: a database with its files, in one archive.

The archive is a tar file that only its owner can read: ``inventory.json`` (what there
should be), ``database.dump``, ``odoo.conf`` and ``filestore/…``. A restore is compared
with the inventory before the database gets its name, so that half of one is never used.
"""

import contextlib
import json
import os
import tarfile
import tempfile
import time
from datetime import datetime
from pathlib import Path

from . import inventory
from .steps import Failure, say

INVENTORY, DUMP, CONFIGURATION = "inventory.json", "database.dump", "odoo.conf"
FILES = "filestore/"


def backup(place, database, target=None):
    """Write one archive; return its path."""
    place.check_exists(database)
    path = _archive_path(database, target)
    partial = path.with_name(path.name + ".partial")
    started = time.monotonic()
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.fchmod(descriptor, 0o600)
    try:
        with (
            os.fdopen(descriptor, "wb") as stream,
            tarfile.open(
                fileobj=stream, mode="w", format=tarfile.PAX_FORMAT
            ) as archive,
        ):
            content = _write(archive, place, database, path.parent)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    for name in content["missing"]:
        say(f"{name}: named in the database, but there is no such file to back up")
    say(
        f"{path}: {sum(content['rows'].values()):,} rows of {len(content['rows'])} "
        f"tables, {len(content['files']):,} files, "
        f"{path.stat().st_size / 1e6:,.1f} MB in {time.monotonic() - started:.0f} s"
    )
    return path


def _archive_path(database, target):
    moment = datetime.now().strftime("%Y-%m-%d-%H%M%S")
    path = Path(target or ".").absolute()
    if path.is_dir():
        path = path / f"{database}-{moment}.tar"
    if path.exists():
        raise Failure(f"{path} is there already: take another name, or remove it")
    if not path.parent.is_dir():
        raise Failure(f"{path.parent} is no folder: make it first")
    return path


def _write(archive, place, database, folder):
    """Fill the archive under one snapshot of the database.

    While the snapshot is held, Odoo's clean-up of files cannot start, so that no file
    goes between the dump and its copy.
    """
    with place.snapshot(database) as snapshot:
        content = inventory.of_database(snapshot.query)
        with tempfile.TemporaryFile(dir=folder) as dump:
            place.dump(database, snapshot.name, dump)
            # files after the dump: what it names is there, and stays
            with tempfile.TemporaryFile(dir=folder) as files:
                place.read_files(database, content["stored"], files)
                files.seek(0)
                content.update(inventory.of_files(files, content["stored"]))
                _add(archive, INVENTORY, json.dumps(content, indent=1).encode())
                _add(archive, CONFIGURATION, place.configuration())
                _add_stream(archive, DUMP, dump)
                files.seek(0)
                _add_files(archive, files)
    return content


def _entry(name, size):
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = size, 0o600, int(time.time())
    return entry


def _add(archive, name, data):
    with tempfile.TemporaryFile() as stream:
        stream.write(data)
        _add_stream(archive, name, stream)


def _add_stream(archive, name, stream):
    size = stream.seek(0, os.SEEK_END)
    stream.seek(0)
    archive.addfile(_entry(name, size), stream)


def _add_files(archive, files):
    with tarfile.open(fileobj=files) as copied:
        for member in copied:
            if member.isfile():
                entry = _entry(FILES + member.name, member.size)
                archive.addfile(entry, copied.extractfile(member))


def restore(place, path, name):
    """Make the database `name` from an archive, and check that all of it is there."""
    path = Path(path)
    place.check_free(name)
    building = f"{name}_restoring"
    started = time.monotonic()
    with _opened(path) as archive:
        content = _read_inventory(archive, path)
        place.drop(building)
        try:
            place.create_empty(building)
            place.load(building, archive.extractfile(DUMP))
            place.write_files(building, _members(archive))
            lost = _compare(place, building, content)
            if lost:
                raise Failure(
                    f"{path} was not restored: "
                    + "; ".join(lost[:20])
                    + (f"; and {len(lost) - 20} more" if len(lost) > 20 else "")
                )
            place.rename(building, name)
        finally:
            place.drop(building)
    say(
        f"database {name} is what {content['database']} was on {content['taken']}: "
        f"{sum(content['rows'].values()):,} rows of {len(content['rows'])} tables, "
        f"{len(content['indexes'])} indexes, {len(content['files']):,} files, "
        f"debit {content['ledger']['debit']} = credit {content['ledger']['credit']}; "
        f"{time.monotonic() - started:.0f} s"
    )
    say(f"its configuration: tar -xOf {path} {CONFIGURATION}")


@contextlib.contextmanager
def _opened(path):
    try:
        with tarfile.open(path) as archive:
            yield archive
    except FileNotFoundError:
        raise Failure(f"there is no {path}") from None
    except (tarfile.TarError, EOFError) as error:
        raise Failure(f"{path} is no whole backup: {error}") from error


def _read_inventory(archive, path):
    try:
        return json.load(archive.extractfile(INVENTORY))
    except (KeyError, ValueError) as error:
        raise Failure(f"{path} is no backup of ./pm backup: {error}") from error


def _members(archive):
    """The files of the archive, as (name, size, stream)."""
    for member in archive:
        if member.isfile() and member.name.startswith(FILES):
            name = member.name.removeprefix(FILES)
            yield name, member.size, archive.extractfile(member)


def _compare(place, database, content):
    """Lines on what differs from the inventory."""
    with place.snapshot(database) as snapshot:
        found = inventory.of_database(snapshot.query)
        with tempfile.TemporaryFile() as files:
            place.read_files(database, found["stored"], files)
            files.seek(0)
            found.update(inventory.of_files(files, found["stored"]))
    return inventory.differences(content, found)
