"""The lines that the demo prints are in one language: that of who started it.

``LANG`` and its like decide, as for any program: Chinese where they say so, English
everywhere else. Names of the estate, of people and papers are what they are.
"""

import logging
import os

_logger = logging.getLogger(__name__)


def now(zh, en):
    """Tell what is being done, for who watches the last line of the log."""
    _logger.info(say(zh, en))


def chinese():
    """Whether lines are printed in Chinese."""
    given = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return next(filter(None, given), "").lower().startswith("zh")


def say(zh, en):
    """The one of two texts to print."""
    return zh if chinese() else en


def of(records):
    """Records whose names and messages are in that language."""
    return records.with_context(lang="zh_CN" if chinese() else "en_US")


def label(record, field="state"):
    """What a choice is called."""
    record = of(record)
    labels = dict(record._fields[field]._description_selection(record.env))
    return labels[record[field]]


def columns(name, value, width=20):
    """A name and a number under others like it; a Chinese letter is two wide."""
    wide = sum(ord(letter) > 0x2E80 for letter in name)
    return "  " + name + " " * max(1, width - len(name) - wide) + value
