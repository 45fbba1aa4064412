"""Packages of the operating system, the only thing that needs root."""

import glob
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .steps import CommandFailed, Step


@dataclass(frozen=True)
class Need:
    """Something a Debian package provides, and how to see that it is there."""

    package: str
    present: Callable
    optional: bool = False


def program(*names):
    """The path of the first of these programs that is installed."""
    return next(filter(None, map(shutil.which, names)), None)


def postgres_programs():
    """The folder of the newest PostgreSQL server installed, if any."""
    found = [
        Path(path).parent for path in glob.glob("/usr/lib/postgresql/*/bin/initdb")
    ]
    return max(found, key=lambda path: int(path.parent.name), default=None)


def chromium():
    """The browser that tests drive and that prints where wkhtmltopdf is missing."""
    return program("chromium", "chromium-browser", "google-chrome")


def _cjk_font():
    folders = ("/usr/share/fonts", "/usr/local/share/fonts")
    names = ("NotoSansCJK*", "NotoSansSC*", "NotoSerifCJK*", "wqy-*")
    return any(
        glob.glob(f"{folder}/**/{name}", recursive=True)
        for folder in folders
        for name in names
    )


def _ensurepip():
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        return False
    return True


def _own_database():
    return not os.environ.get("PM_DB_HOST")


def needs():
    """What must be on the machine, given the overrides in the environment."""
    found = [
        Need("chromium", chromium),
        Need("fonts-noto-cjk", _cjk_font),
        Need("npm", lambda: program("npm")),
        # Debian 12 has it and 13 does not: reports then print through Chromium.
        Need("wkhtmltopdf", lambda: program("wkhtmltopdf"), optional=True),
    ]
    if _own_database():
        found.append(Need("postgresql", postgres_programs))
    else:
        found.append(Need("postgresql-client", lambda: program("psql")))
    if sys.prefix == sys.base_prefix:
        name = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        found.append(Need(name, _ensurepip))
    return found


COMPOSE = Need("docker-compose", lambda: program("docker-compose"))


def _missing(wanted, optional):
    return [
        need.package
        for need in wanted
        if need.optional == optional and not need.present()
    ]


def _as_root():
    """What to put before a command that needs root, or None if nothing helps."""
    if os.geteuid() == 0:
        return []
    sudo = program("sudo")
    if (
        sudo
        and not subprocess.run([sudo, "-n", "true"], capture_output=True).returncode
    ):
        return [sudo, "-n"]
    return None


def _has_candidate(package):
    shown = subprocess.run(
        ["apt-cache", "show", "--no-all-versions", package], capture_output=True
    )
    return bool(shown.stdout.strip())


def install(log, wanted):
    """Install those of the needs that are missing."""
    required, optional = _missing(wanted, False), _missing(wanted, True)
    if not required and not optional:
        return
    root = _as_root()
    if root is None or not program("apt-get"):
        if not required:
            return
        raise CommandFailed(
            f"missing packages and no right to install them: {' '.join(required)}"
        )
    log.call(*root, "apt-get", "update", "-q")
    packages = required + [name for name in optional if _has_candidate(name)]
    if not packages:
        return
    if "postgresql" in packages:
        _refuse_system_cluster(log, root)
    log.call(
        *root,
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "install",
        "-q",
        "-y",
        "--no-install-recommends",
        "-o",
        "Dpkg::Options::=--force-confold",
        *packages,
    )


def _refuse_system_cluster(log, root):
    """Keep Debian from making and starting a cluster that nobody here uses."""
    folder = Path("/etc/postgresql-common")
    if not folder.exists():
        log.call(*root, "mkdir", "-p", folder)
        text = b"create_main_cluster = false\n"
        command = [*root, "tee", str(folder / "createcluster.conf")]
        subprocess.run(command, input=text, stdout=subprocess.DEVNULL, check=False)


STEP = Step(
    name="system",
    title="System packages",
    work=lambda log: install(log, needs()),
    advice="install them with apt-get as root, then run the same command again",
    inputs=lambda: [need.package for need in needs()],
    present=lambda: not _missing(needs(), optional=False),
)
