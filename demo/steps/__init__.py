"""What the demo estate shows beside the month's bills, one module a room.

A room with more to show has modules that begin with its name; ``prepay`` shows the
other ways of money, too.

Each module has ``run(env, estate)``: it works as the people whose job it is and
returns the lines to print. :data:`ORDER` is the order in which they depend on each
other; what is not in it comes last.
"""

import importlib
import pkgutil

from .. import words
from ._people import acting

__all__ = ["acting", "run"]

ORDER = (
    "standards",
    "people",
    "roster",
    "needs",
    "contract",
    "contract_obligations",
    "documents",
    "counter",
    "bank",
    "orders",
    "stores",
    "orders_ways",
    "orders_history",
    "complaints",
    "follow_up",
    "satisfaction",
    "channels",
    "figures",
    "inspections",
    "meters",
    "gate",
    "bills",
    "prepay",
    "arrears",
    "budgets",
    "facilities",
    "statements",
    "notices",
    "emergency",
    "sla",
    "improvement",
)


def run(env, estate):
    """Run every step that there is; return all lines."""
    found = {
        module.name
        for module in pkgutil.iter_modules(__path__)
        if not module.name.startswith("_")
    }
    names = [name for name in ORDER if name in found] + sorted(found - set(ORDER))
    lines = []
    for number, name in enumerate(names, 1):
        words.now(
            f"其他业务 {number}/{len(names)}：{name}",
            f"the other areas, {number} of {len(names)}: {name}",
        )
        step = importlib.import_module(f"{__name__}.{name}")
        lines += step.run(env, estate)
        env.cr.commit()
    return lines
