"""A private PostgreSQL under ``.pm/pg``, or the server that ``PM_DB_HOST`` names."""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
from dataclasses import dataclass

from . import layout, system
from .steps import CommandFailed, Failure, Step, digest, locked, read, say, task, write

CLUSTER = layout.PG / "data"
PORT = layout.PG / "port"
PASSWORD = layout.PG / "password"
PORTS = range(55432, 55532)
# Odoo refuses to connect as "postgres", and needs no more than to make databases.
ROLE = "pm"

# For development and tests: quick, and nothing is lost that cannot be made again.
# Templates and the demo are analysed when they are made. Left to itself, the server
# would count a test's tables while its transaction is open, find them empty, and plan
# the test's next queries as if they were.
SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 100
shared_buffers = 512MB
work_mem = 16MB
maintenance_work_mem = 256MB
effective_cache_size = 2GB
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 2GB
checkpoint_timeout = 30min
jit = off
autovacuum_naptime = 1h
timezone = 'UTC'
lc_messages = 'C'
"""


@dataclass(frozen=True)
class Server:
    """How to connect."""

    host: str
    port: str
    user: str
    password: str

    def environment(self):
        """The variables by which PostgreSQL's own programs connect."""
        return {
            "PGHOST": self.host,
            "PGPORT": self.port,
            "PGUSER": self.user,
            "PGPASSWORD": self.password,
        }


def server():
    """The server to use: the given one, or the private one."""
    given = os.environ.get
    if given("PM_DB_HOST"):
        return Server(
            given("PM_DB_HOST"),
            given("PM_DB_PORT", "5432"),
            given("PM_DB_USER", ROLE),
            given("PM_DB_PASSWORD", ""),
        )
    return Server("127.0.0.1", read(PORT), ROLE, read(PASSWORD))


def sql(statement, database="postgres", as_user=None):
    """Run one statement, and return its rows as tuples of text."""
    environment = dict(os.environ, **server().environment())
    if as_user:
        environment["PGUSER"] = as_user
    folder = system.postgres_programs()
    done = subprocess.run(
        [str(folder / "psql") if folder else "psql", "-X", "-q", "-A", "-t"]
        + ["-F", "\t", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement],
        env=environment,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise CommandFailed(" ".join(done.stderr.split()) or "psql failed")
    return [tuple(line.split("\t")) for line in done.stdout.splitlines()]


def add_extensions(database):
    """Add those that Odoo searches with; a server that is given may lack them."""
    for extension in ("pg_trgm", "unaccent"):
        try:
            sql(f"CREATE EXTENSION {extension}", database)
        except CommandFailed:
            if not os.environ.get("PM_DB_HOST"):
                raise
    if not os.environ.get("PM_DB_HOST"):
        # As Odoo's database manager does it, so that indexes can use it.
        sql("ALTER FUNCTION unaccent(text) IMMUTABLE", database, as_user="postgres")


def _account():
    """The account that runs the server: it refuses to run as root."""
    if os.geteuid():
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        subprocess.run(["useradd", "--system", "postgres"], check=True)
        return pwd.getpwnam("postgres")


def _as_account(*command):
    """The command as that account.

    The project may be in a folder closed to other users, such as root's home: the
    account keeps the one right it takes to reach its files there.
    """
    account = _account()
    command = [str(part) for part in command]
    if not account:
        return command
    return [
        "setpriv",
        f"--reuid={account.pw_uid}",
        f"--regid={account.pw_gid}",
        "--clear-groups",
        "--inh-caps=+dac_override",
        "--ambient-caps=+dac_override",
        "--",
        *command,
    ]


def _program(name):
    folder = system.postgres_programs()
    if not folder:
        raise CommandFailed("no PostgreSQL server is installed (package postgresql)")
    return folder / name


def _make_cluster(log):
    if os.environ.get("PM_DB_HOST"):
        return
    if CLUSTER.exists():
        _stop(log)
        shutil.rmtree(CLUSTER)
    layout.PG.mkdir(parents=True, exist_ok=True)
    write(PASSWORD, secrets.token_hex(16), mode=0o600)
    if account := _account():
        CLUSTER.mkdir(mode=0o700)
        for path in (CLUSTER, PASSWORD):
            os.chown(path, account.pw_uid, account.pw_gid)
    log.call(
        *_as_account(_program("initdb"), "-D", CLUSTER, "-U", "postgres", "-E", "UTF8"),
        "--locale=C.UTF-8",
        "--auth=scram-sha-256",
        f"--pwfile={PASSWORD}",
        cwd=layout.PG,
    )
    with (CLUSTER / "postgresql.conf").open("a", encoding="utf-8") as stream:
        stream.write(SETTINGS)
    _start(log)
    password = read(PASSWORD)
    sql(f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{password}'", as_user="postgres")


def _running():
    status = _as_account(_program("pg_ctl"), "-D", CLUSTER, "status")
    return not subprocess.run(status, cwd=layout.PG, capture_output=True).returncode


def _ports():
    """Ports to try: the one it had, then all others."""
    remembered = read(PORT)
    yield from [int(remembered)] if remembered else []
    yield from (port for port in PORTS if str(port) != remembered)


def port_is_free(port):
    """Whether a server could listen there on loopback."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _start(log):
    """Start the server where nobody else listens.

    Somebody may begin to listen after we looked and before the server does: then it
    starts on the next port.
    """
    had = read(PORT)
    for port in _ports():
        if not port_is_free(port):
            continue
        if had and str(port) != had:
            say(f"port {had} is taken: the database server moves to {port}")
        write(PORT, str(port))
        try:
            _start_on(port, log)
        except CommandFailed:
            if port_is_free(port):
                raise
            had = str(port)
        else:
            return
    raise CommandFailed(f"no free port from {PORTS[0]} to {PORTS[-1]}")


def _start_on(port, log):
    log.call(
        *_as_account(
            _program("pg_ctl"), "-D", CLUSTER, "-w", "-t", "60", "-s", "start"
        ),
        "-o",
        f"-p {port}",
        "-l",
        layout.LOG / "postgres-server.log",
        cwd=layout.PG,
    )


def _stop(log):
    if _running():
        stop = ("-D", CLUSTER, "-w", "-m", "fast", "-s", "stop")
        log.call(*_as_account(_program("pg_ctl"), *stop), cwd=layout.PG)


def start():
    """Make sure that the server answers."""
    if os.environ.get("PM_DB_HOST"):
        try:
            sql("SELECT 1")
        except CommandFailed as error:
            raise Failure(f"PM_DB_HOST does not let us in: {error}") from error
        return
    with locked("postgres"):
        if not _running():
            advice = "see the server's log beside it"
            with task("postgres-start", "Starting the database server", advice) as log:
                _start(log)


def stop():
    """Stop the private server, if there is one."""
    if not os.environ.get("PM_DB_HOST") and CLUSTER.exists() and _running():
        with task("postgres-stop", "Stopping the database server", "try again") as log:
            _stop(log)


STEP = Step(
    name="postgres",
    title="Database server",
    work=_make_cluster,
    advice="or set PM_DB_HOST, PM_DB_USER and PM_DB_PASSWORD to use another server",
    inputs=lambda: [
        os.environ.get("PM_DB_HOST", ""),
        SETTINGS,
        str(system.postgres_programs()),
        digest(CLUSTER),
    ],
    present=lambda: (
        bool(os.environ.get("PM_DB_HOST")) or (CLUSTER / "PG_VERSION").exists()
    ),
)
