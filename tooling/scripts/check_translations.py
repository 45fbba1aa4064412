"""Check the translations of addons: ``check_translations.py FOLDER ADDON…``.

Every text in the template is in ``zh_CN.po``, translated, not fuzzy, and keeps the
placeholders that the code fills in.
"""

import re
import sys
from pathlib import Path

import polib

PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sdrf]|\{\w*\}|\$\{[^}]*\}")


def findings(addon):
    """What is wrong with the translations of one addon, line by line."""
    folder = addon / "i18n"
    template, chinese = folder / f"{addon.name}.pot", folder / "zh_CN.po"
    for path in (template, chinese):
        if not path.exists():
            yield f"{path}: missing"
            return
    done = {_key(entry): entry for entry in polib.pofile(str(chinese))}
    for entry in polib.pofile(str(template)):
        if problem := _problem(entry, done.get(_key(entry))):
            yield f"{chinese}: {problem}: {entry.msgid[:60]!r}"


def _key(entry):
    return entry.msgctxt, entry.msgid


def _problem(entry, translated):
    if translated is None or translated.obsolete:
        return "not in the file"
    if not translated.translated():
        return "fuzzy" if translated.fuzzy else "not translated"
    if _placeholders(entry.msgid) != _placeholders(translated.msgstr):
        return "other placeholders"
    return None


def _placeholders(text):
    return sorted(PLACEHOLDER.findall(text.replace("%%", "")))


def main():
    """Print all findings; exit 1 if there are any."""
    folder, *addons = sys.argv[1:]
    lines = [line for name in addons for line in findings(Path(folder) / name)]
    print("\n".join(lines))
    sys.exit(1 if lines else 0)


if __name__ == "__main__":
    main()
