"""What the addons say about themselves, read without running them."""

import ast

from . import layout
from .steps import Failure, digest

# Nobody depends on them: the chart of accounts, and the provider of online payments,
# that all is tested with.
TESTED_WITH = {"l10n_cn", "payment_demo"}
# Nothing in these changes what an installed database holds.
NOT_INSTALLED = {"__pycache__", "tests", "readme"}


def manifests(folder=None):
    """The manifest of each addon, by name."""
    found = {}
    for path in sorted((folder or layout.ADDONS).glob("*/__manifest__.py")):
        try:
            manifest = ast.literal_eval(path.read_text(encoding="utf-8"))
        except (SyntaxError, ValueError) as error:
            raise Failure(f"{layout.shown(path)} is no plain dict: {error}") from error
        if manifest.get("installable", True):
            found[path.parent.name] = manifest
    return found


def dependencies(folder=None):
    """The modules our addons need that are not ours, sorted."""
    ours = manifests(folder)
    needed = {name for manifest in ours.values() for name in manifest["depends"]}
    return sorted(TESTED_WITH | needed - set(ours))


def content_key(folder=None):
    """A hash of everything in the addons that an installed database depends on."""
    folder = folder or layout.ADDONS
    parts = []
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_file() and not NOT_INSTALLED.intersection(relative.parts):
            parts += [relative, path.read_bytes()]
    return digest(*parts)
