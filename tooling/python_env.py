"""The virtual environment: every Python package, pinned, and Odoo made importable."""

import os
import shutil
import sys

from . import layout, odoo_dist
from .steps import Step, write

REQUIREMENTS = layout.ROOT / "requirements.txt"
REQUIREMENTS_DEV = layout.ROOT / "requirements-dev.txt"


def _site_packages():
    major, minor = sys.version_info[:2]
    return layout.VENV / "lib" / f"python{major}.{minor}" / "site-packages"


def _pip_install(log, requirements):
    # The files list the dependencies of dependencies too. Resolving them again
    # would ask for the source package psycopg2, which psycopg2-binary replaces.
    environment = dict(os.environ, PIP_CACHE_DIR=str(layout.CACHE / "pip"))
    log.call(
        layout.PYTHON,
        "-m",
        "pip",
        "install",
        "--no-deps",
        "--no-input",
        "--disable-pip-version-check",
        "--progress-bar",
        "off",
        "-r",
        requirements,
        env=environment,
    )


def _make(log):
    if layout.VENV.is_symlink():
        # another checkout's, which works with it: packages are added, none removed
        _pip_install(log, REQUIREMENTS)
        return
    shutil.rmtree(layout.VENV, ignore_errors=True)
    log.call(sys.executable, "-m", "venv", layout.VENV)
    _pip_install(log, REQUIREMENTS)
    _link_odoo()


def _link_odoo():
    """Make Odoo importable, and visible to pip as the distribution it is."""
    folder = odoo_dist.directory()
    write(_site_packages() / "odoo.pth", f"{folder}\n")
    if not any(folder.glob("odoo-19*-info")):
        metadata = "Metadata-Version: 2.1\nName: odoo\nVersion: 19.0\n"
        write(_site_packages() / "odoo-19.0.dist-info" / "METADATA", metadata)

    # Started as "odoo", in an image's entry point too.
    launcher = f"#!{layout.PYTHON}\nfrom odoo.cli import main\n\nmain()\n"
    write(layout.VENV / "bin" / "odoo", launcher, mode=0o755)


def _present():
    return layout.PYTHON.exists() and (layout.VENV / "bin" / "odoo").exists()


STEP = Step(
    name="python",
    title="Python packages",
    work=_make,
    advice="check that pip reaches its package index, then run the same command again",
    inputs=lambda: [
        REQUIREMENTS.read_text(encoding="utf-8"),
        odoo_dist.directory(),
        sys.version_info[:2],
        layout.VENV,
    ],
    present=_present,
)

STEP_DEV = Step(
    name="python-dev",
    title="Python packages for tests and checks",
    work=lambda log: _pip_install(log, REQUIREMENTS_DEV),
    advice=STEP.advice,
    inputs=lambda: [REQUIREMENTS_DEV.read_text(encoding="utf-8"), STEP.key()],
    present=lambda: (layout.VENV / "bin" / "pytest").exists(),
)
