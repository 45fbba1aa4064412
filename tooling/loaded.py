"""Every file of an addon is reached from where Odoo begins to read.

A model, a test or a view that nobody names is not there for Odoo, and nothing else says
so: the suite stays green without the test, the menu opens without the view.
"""

import ast

from . import layout, manifests

# Odoo finds these by itself; static/ is named by the web client's bundles.
FOUND_BY_ODOO = {"migrations", "static", "__pycache__", "i18n", "i18n_extra", "readme"}
DATA = {".xml", ".csv"}


def findings(addons=None):
    """One line for each file that is never loaded."""
    addons = addons or layout.ADDONS
    lines, ours = [], manifests.manifests(addons)
    read = _read_code(addons, ours)
    for name, manifest in ours.items():
        folder = addons / name
        unread = [path for path in _files(folder, {".py"}) if path not in read]
        for path in [*unread, *_unread_data(folder, manifest)]:
            lines.append(f"{layout.shown(path)}: nothing loads it")
    return lines


def _read_code(addons, names):
    """Python files that a chain of imports reaches, in the addon or from another."""
    read = {addons / name / "__manifest__.py" for name in names}
    for name in names:
        for start in ("__init__.py", "tests/__init__.py"):
            _follow(addons / name / start, addons, read)
    return read


def _unread_data(folder, manifest):
    """Data files that the manifest does not name."""
    named = {*manifest.get("data", ()), *manifest.get("demo", ())}
    return [
        path
        for path in _files(folder, DATA)
        if path.relative_to(folder).as_posix() not in named
        and "tests" not in path.relative_to(folder).parts
    ]


def _files(folder, suffixes):
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix in suffixes
        and not FOUND_BY_ODOO.intersection(path.relative_to(folder).parts)
    ]


def _follow(path, addons, read):
    """Add the file and all that it imports of our addons to `read`."""
    if path in read or not path.is_file():
        return
    read.add(path)
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for target in _targets(node, path, addons):
                _follow(target, addons, read)


def _targets(node, path, addons):
    """The files that an import may mean."""
    parts = node.module.split(".") if node.module else []
    if node.level:
        base = path.parents[node.level - 1]
    elif parts[:2] == ["odoo", "addons"] and len(parts) > 2:
        base, parts = addons / parts[2], parts[3:]
    else:
        return
    module = base.joinpath(*parts)
    # a package reads its own __init__ on the way to what is in it
    folders = [module, *module.parents]
    yield from (
        one / "__init__.py"
        for one in folders
        if one != addons and one.is_relative_to(addons)
    )
    yield module.with_suffix(".py")
    for alias in node.names:
        yield module / f"{alias.name}.py"
        yield module / alias.name / "__init__.py"
