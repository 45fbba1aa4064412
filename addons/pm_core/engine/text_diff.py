"""Compares two texts line by line, for people who want to see what changed."""

from difflib import SequenceMatcher
from itertools import zip_longest

import lxml.html

SAME, CHANGED, REMOVED, ADDED, GAP = "same", "changed", "removed", "added", "gap"

_BLOCKS = "p h1 h2 h3 h4 h5 h6 li tr div blockquote pre br hr".split()


def html_lines(html):
    """Return the text of ``html`` as lines: one for each paragraph, heading or item."""
    # the line breaks of the source are no lines
    source = " ".join(html.split())
    root = lxml.html.fragment_fromstring(source, create_parent=True)
    for element in root.iter(*_BLOCKS):
        element.text = f"\n{element.text or ''}"
        element.tail = f"\n{element.tail or ''}"
    lines = (" ".join(line.split()) for line in root.text_content().splitlines())
    return [line for line in lines if line]


def compare(old, new):
    """Return the rows of a comparison side by side.

    :param old: lines of the earlier text
    :param new: lines of the later text
    :return: list of (kind, old line, new line); the side that has no such line
        is ``""``. The old lines in order are the old text, the new ones the new.
    """
    rows = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        before, after = old[old_from:old_to], new[new_from:new_to]
        if tag == "equal":
            rows += [(SAME, line, line) for line in before]
            continue
        rows += [_row(earlier, later) for earlier, later in zip_longest(before, after)]
    return rows


def _row(earlier, later):
    if earlier is None:
        return (ADDED, "", later)
    if later is None:
        return (REMOVED, earlier, "")
    return (CHANGED, earlier, later)


def shorten(rows, around=1):
    """Leave the unchanged lines out that are further than ``around`` from a change.

    Each stretch that is left out becomes one row of kind ``gap``.
    """
    changes = [number for number, row in enumerate(rows) if row[0] != SAME]
    kept = {
        number
        for change in changes
        for number in range(change - around, change + around + 1)
    }
    short = []
    for number, row in enumerate(rows):
        if number in kept:
            short.append(row)
        elif not short or short[-1][0] != GAP:
            short.append((GAP, "", ""))
    return short
