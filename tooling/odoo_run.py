"""Odoo's command line, with this project's configuration."""

import os
import signal
import subprocess
import time
import urllib.request

from . import layout, postgres
from .steps import Failure, write

# What a server loads before any database: queue_job starts its runner there.
SERVER_WIDE = "base,rpc,web,queue_job"
# Set-up and tests must not have the runner take their jobs.
WITHOUT_QUEUE = "base,rpc,web"
# What an update does before it loads any module; see the file.
BEFORE_UPDATES = layout.ADDONS / "pm_core/migrations/19.0.1.4.0/pre-paths.py"


def write_config():
    """Write the configuration that ``ODOO_RC`` names."""
    server = postgres.server()
    options = {
        "addons_path": layout.ADDONS,
        "data_dir": layout.DATA,
        "db_host": server.host,
        "db_port": server.port,
        "db_user": server.user,
        "db_password": server.password,
        "http_interface": "127.0.0.1",
        "server_wide_modules": SERVER_WIDE,
        # A job works for seconds; this is for what people wait for, and for the rest
        # a limit after which Odoo starts itself again.
        "limit_time_cpu": 600,
        "limit_time_real": 1200,
    }
    layout.ADDONS.mkdir(exist_ok=True)
    if BEFORE_UPDATES.exists():
        options["pre_upgrade_scripts"] = BEFORE_UPDATES
    lines = [f"{name} = {value}" for name, value in options.items()]
    queue = ["[queue_job]", "channels = root:2"]
    text = "\n".join(["[options]", *lines, "", *queue]) + "\n"
    write(layout.ODOO_CONF, text, mode=0o600)


def path_environment():
    """The environment in which the installed programs are found first."""
    path = os.pathsep.join([str(layout.VENV / "bin"), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path}


def environment():
    """The environment in which Odoo and PostgreSQL's programs find everything.

    Python keeps what it compiles in a folder of its own, also where no such files are
    wanted beside the sources: without, each start of Odoo compiles it again.
    """
    own = path_environment()
    own.pop("PYTHONDONTWRITEBYTECODE", None)
    return {
        **own,
        "PYTHONPYCACHEPREFIX": str(layout.HOME / "pycache"),
        **postgres.server().environment(),
        "ODOO_RC": str(layout.ODOO_CONF),
        "PM_HOME": str(layout.HOME),
        "PYTHONUNBUFFERED": "1",
    }


def command(*arguments):
    """The command that runs Odoo.

    It names a file, not ``-m odoo``: when Odoo starts itself again (at a limit, or for
    SIGHUP) it runs Python with its own ``sys.argv``, and ``odoo/__main__.py`` cannot be
    run as a file.
    """
    return [str(layout.PYTHON), str(layout.VENV / "bin" / "odoo"), *map(str, arguments)]


def shell(log, database, script, **variables):
    """Run one of our scripts with ``env`` in an Odoo shell on a database."""
    with script.open("rb") as stream:
        log.call(
            *command("shell", "-d", database, "--no-http", "--load", WITHOUT_QUEUE),
            "--shell-interface",
            "python",
            "--log-level",
            "info",
            env={**environment(), "PYTHONPATH": str(layout.ROOT), **variables},
            stdin=stream,
        )


class Server:
    """An Odoo server process on a loopback port."""

    def __init__(self, database, port, *arguments, log="odoo-server"):
        self.url = f"http://127.0.0.1:{port}"
        self.port = port
        self.database = database
        self.log = layout.LOG / f"{log}.log"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as stream:
            self.process = subprocess.Popen(
                command(
                    # and no other: with a filter, each call without a session would
                    # ask for all databases of the server
                    "-d",
                    database,
                    "--http-port",
                    port,
                    *arguments,
                ),
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def pid(self):
        """The process to signal."""
        return self.process.pid

    def wait_ready(self, seconds=120):
        """Return when it answers; say in one line when it does not."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                urllib.request.urlopen(f"{self.url}/web/health", timeout=5).close()
                return self
            except OSError:
                time.sleep(0.2)
        self.stop()
        raise Failure(f"Odoo does not answer; see {layout.shown(self.log)}")

    def stop(self, seconds=15):
        """End it, gently first."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self):
        """End it at once, as a crash would."""
        self.process.kill()
        self.process.wait()
