"""Where a database and its files are: on this machine, or in the containers of docker/.

Both are reached by the same programs: psql, pg_dump and pg_restore beside the database
server, tar beside Odoo. A place says how to start them there.
"""

import contextlib
import shutil
import subprocess
import tarfile
import tempfile

from . import databases, layout, odoo_run, system
from .steps import CommandFailed, Failure

MARK = "-- end of answer --"
CHUNK = 1 << 20
EXTENSIONS = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE EXTENSION IF NOT EXISTS unaccent",
    # as Odoo has it: without, indexes of searches could not be made again
    "ALTER FUNCTION unaccent(text) IMMUTABLE",
)


class Place:
    """Programs that are started beside the database server, and beside Odoo."""

    files = ""  # the folder with a folder of files for each database
    environment = None

    def beside_database(self, *command):
        """The command that runs another beside the database server."""
        raise NotImplementedError

    def beside_odoo(self, *command):
        """The command that runs another where Odoo's files are."""
        raise NotImplementedError

    def configuration(self):
        """Odoo's configuration file."""
        raise NotImplementedError

    def _run(self, command, **options):
        done = subprocess.run(
            command, env=self.environment, stderr=subprocess.PIPE, **options
        )
        if done.returncode:
            said = done.stderr.decode(errors="replace").split()
            raise Failure(f"{command[0]} failed: {' '.join(said)[:500]}")
        return done.stdout

    def _psql(self, database):
        options = ("-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1")
        return self.beside_database("psql", *options, "-d", database)

    def query(self, statement, database="postgres"):
        """Run one statement; return its rows."""
        output = self._run(
            self._psql(database), input=statement.encode(), stdout=subprocess.PIPE
        )
        return [tuple(line.split("\t")) for line in output.decode().splitlines()]

    @contextlib.contextmanager
    def snapshot(self, database):
        """A state of the database that stays the same, and whose files stay too."""
        session = Snapshot(self._psql(database), self.environment)
        try:
            yield session.begin()
        finally:
            session.end()

    def names(self):
        """The databases that there are."""
        return [
            name
            for (name,) in self.query(
                "SELECT datname FROM pg_database WHERE datallowconn"
                " AND datname NOT IN ('postgres', 'template1') ORDER BY 1"
            )
        ]

    def check_exists(self, name):
        """Refuse a database that is not there."""
        databases.check_name(name)
        names = self.names()
        if name not in names:
            known = ", ".join(names) or "none"
            raise Failure(f"there is no database {name}: name one with -d ({known})")

    def check_free(self, name):
        """Refuse to replace a database."""
        databases.check_name(name)
        if name in self.names():
            raise Failure(f"database {name} is there already: give another name")

    def create_empty(self, name):
        """Make an empty database in which every index can be made again."""
        order = "TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C'"
        self.query(f'CREATE DATABASE "{name}" {order}')
        for statement in EXTENSIONS:
            self.query(statement, name)

    def dump(self, database, snapshot, stream):
        """Write the dump of a snapshot into a file."""
        command = ("pg_dump", "--format=custom", "--snapshot", snapshot)
        self._run(
            self.beside_database(*command, "-d", database),
            stdin=subprocess.DEVNULL,
            stdout=stream,
        )

    def load(self, database, stream):
        """Load a dump; the first error ends it."""
        with tempfile.TemporaryFile() as file:
            shutil.copyfileobj(stream, file, CHUNK)
            file.seek(0)
            options = ("--no-owner", "--no-privileges", "--exit-on-error")
            self._run(
                self.beside_database("pg_restore", *options, "-d", database),
                stdin=file,
                stdout=subprocess.DEVNULL,
            )

    def read_files(self, database, names, stream):
        """Write those of the named files that there are as a tar stream."""
        script = 'cd "$0" && exec tar --ignore-failed-read --null -cf - -T -'
        folder = f"{self.files}/{database}"
        if not names or not self._has(folder):
            tarfile.open(fileobj=stream, mode="w").close()
            return
        self._run(
            self.beside_odoo("sh", "-c", script, folder),
            input="".join(f"{name}\0" for name in names).encode(),
            stdout=stream,
        )

    def _has(self, folder):
        command = self.beside_odoo("test", "-d", folder)
        return not subprocess.run(command, env=self.environment).returncode

    def write_files(self, database, members):
        """Put the files of (name, size, stream) where Odoo looks for them."""
        script = 'umask 077 && mkdir -p "$0" && exec tar -C "$0" --no-same-owner -xf -'
        command = self.beside_odoo("sh", "-c", script, f"{self.files}/{database}")
        with tempfile.TemporaryFile() as packed:
            with tarfile.open(fileobj=packed, mode="w") as archive:
                for name, size, stream in members:
                    entry = tarfile.TarInfo(name)
                    entry.size, entry.mode = size, 0o600
                    archive.addfile(entry, stream)
            packed.seek(0)
            self._run(command, stdin=packed, stdout=subprocess.DEVNULL)

    def rename(self, name, final):
        """Give a finished database its name."""
        self.query(f'ALTER DATABASE "{name}" RENAME TO "{final}"')
        folders = (f"{self.files}/{name}", f"{self.files}/{final}")
        script = 'rm -rf "$1" && mv "$0" "$1"'
        self._run(self.beside_odoo("sh", "-c", script, *folders))

    def drop(self, name):
        """Drop a database that was not finished, with its files."""
        self.query(f'DROP DATABASE IF EXISTS "{name}"')
        self._run(self.beside_odoo("rm", "-rf", f"{self.files}/{name}"))


class Snapshot:
    """One transaction that stays open while others read the same state."""

    def __init__(self, command, environment):
        self.process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.name = None

    def begin(self):
        """Take the snapshot.

        Odoo locks the table of attachments against writers before it removes files:
        to hold what writers hold keeps it waiting, and nobody else.
        """
        self.query("BEGIN ISOLATION LEVEL REPEATABLE READ")
        self.query("LOCK TABLE ir_attachment IN ROW EXCLUSIVE MODE")
        self.name = self.query("SELECT pg_export_snapshot()")[0][0]
        return self

    def query(self, statement):
        """Run one statement; return its rows."""
        self.process.stdin.write(f"{statement};\n\\echo {MARK}\n")
        self.process.stdin.flush()
        rows = []
        for line in self.process.stdout:
            if line.rstrip("\n") == MARK:
                return rows
            rows.append(tuple(line.rstrip("\n").split("\t")))
        said = " ".join(self.process.stderr.read().split())
        raise Failure(f"this is no database of Odoo, or it does not answer: {said}")

    def end(self):
        """Let the snapshot go."""
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.stdout.close()
        self.process.stderr.close()
        self.process.wait()


class Here(Place):
    """This machine, as ``./pm`` has set it up."""

    def __init__(self):
        self.files = str(layout.DATA / "filestore")
        self.environment = odoo_run.environment()

    def beside_database(self, program, *arguments):
        folder = system.postgres_programs()
        return [str(folder / program) if folder else program, *arguments]

    def beside_odoo(self, *command):
        return list(command)

    def configuration(self):
        return layout.ODOO_CONF.read_bytes()

    def create_empty(self, name):
        try:
            databases.create_empty(name)
        except CommandFailed as error:
            raise Failure(str(error)) from error

    def drop(self, name):
        databases.drop(name)


class Containers(Place):
    """The containers that docker/compose.yaml describes."""

    files = "/var/lib/odoo/filestore"
    compose = ("docker", "compose", "-f", str(layout.ROOT / "docker/compose.yaml"))

    def beside_database(self, program, *arguments):
        by = ("exec", "-T", "--user", "postgres", "db")
        return [*self.compose, *by, program, "-U", "odoo", *arguments]

    def beside_odoo(self, *command):
        # a container of its own: Odoo may be stopped, and is while one restores
        by = ("run", "--rm", "-T", "--no-deps", "--entrypoint", command[0], "odoo")
        return [*self.compose, *by, *command[1:]]

    def configuration(self):
        command = self.beside_odoo("cat", "/etc/odoo/odoo.conf")
        return self._run(command, stdout=subprocess.PIPE)
