"""Every version that was released, brought up to date; how long it takes each."""

import json
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from upgrade import make, upgrading  # noqa: E402

from tooling import databases  # noqa: E402
from tooling.steps import say  # noqa: E402


def main():
    fresh = os.environ["PM_BENCH_DB"]
    figures, wrong = {}, 0
    for version in make.VERSIONS:
        started = time.monotonic()
        database = f"{fresh}_old"
        lines = upgrading.differs(version, fresh, database)
        wrong += len(lines)
        figures[f"{version}_seconds"] = round(time.monotonic() - started, 1)
        figures[f"{version}_differences"] = len(lines)
        say(f"{version}: {len(lines)} differences")
        for line in lines:
            say(f"  {line}")
        databases.drop(database)
    Path(os.environ["PM_BENCH_OUT"]).write_text(json.dumps(figures))
    sys.exit(f"{wrong} differences" if wrong else 0)


if __name__ == "__main__":
    main()
