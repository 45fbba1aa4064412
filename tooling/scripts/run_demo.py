"""Odoo shell script: run the demo month, and leave the lines that it reports.

``tooling/demo_month.py`` has ``run(env)``, which does it and returns the lines.
"""

import importlib.util
import json
import os
from pathlib import Path

lines = []
if importlib.util.find_spec("tooling.demo_month"):
    from tooling import demo_month

    lines = list(demo_month.run(env))
    env.cr.commit()
Path(os.environ["PM_DEMO_LINES"]).write_text(json.dumps(lines), encoding="utf-8")
