"""pytest plugin: leave the counts of a run where ``./pm test`` adds them up."""

import json
import os
from pathlib import Path

# A fixture that fails is a failure too.
CATEGORIES = {
    "passed": "passed",
    "failed": "failed",
    "error": "failed",
    "skipped": "skipped",
    "xfailed": "xfailed",
    "xpassed": "xpassed",
}


def pytest_terminal_summary(terminalreporter):
    counts = {}
    for category, word in CATEGORIES.items():
        if found := len(terminalreporter.stats.get(category, ())):
            counts[word] = counts.get(word, 0) + found
    path = Path(os.environ["PM_TEST_COUNTS"])
    path.write_text(json.dumps(counts), encoding="utf-8")
