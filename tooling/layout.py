"""Where things are: everything made here lives under ``.pm/`` (or ``PM_HOME``)."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("PM_HOME") or ROOT / ".pm").absolute()

ADDONS = ROOT / "addons"
BENCH = HOME / "bench"
CACHE = HOME / "cache"
DATA = HOME / "data"
DEMO = ROOT / "demo"
LOG = HOME / "log"
ODOO = HOME / "odoo"
PG = HOME / "pg"
STAMPS = HOME / "stamps"
VENV = HOME / "venv"

PYTHON = VENV / "bin" / "python"
ODOO_CONF = HOME / "odoo.conf"


def shown(path):
    """`path` as a person in the project's folder would type it."""
    try:
        return str(Path(path).relative_to(ROOT))
    except ValueError:
        return str(path)
