#!/usr/bin/env python3
"""The project's one command; ``./pm --help`` lists what it does.

This file keeps to syntax that any Python 3 reads, so that a version that is too
old is told so in one line instead of a traceback.
"""

import sys

OLDEST, NEWEST = (3, 10), (3, 13)

if not OLDEST <= sys.version_info[:2] <= NEWEST:
    sys.exit(
        "pm: Odoo 19 runs on Python 3.10 to 3.13 and this is %d.%d: "
        "run it as e.g. 'python3.11 pm'" % sys.version_info[:2]
    )

from tooling.cli import main  # noqa: E402  (only after the version is known to do)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
