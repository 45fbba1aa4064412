"""Rules of the house that no other check knows: sizes, addresses, packed lists."""

import ast
import re
import xml.etree.ElementTree as ElementTree
from collections import defaultdict

from . import layout, manifests, odoo_dist

LONGEST = 500
FOLDERS = ("addons", "tests", "tooling", "demo")
WRITTEN = {".py", ".js", ".xml", ".scss", ".css", ".csv"}
# Made by programs, or by others.
NOT_WRITTEN = {"i18n", "i18n_extra", "lib", "__pycache__"}


def _files(root, suffixes):
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in suffixes and not NOT_WRITTEN.intersection(path.parts):
                yield path


def long_files(root=None):
    """Files that nobody reads in one go: a subject of them wants one of its own."""
    findings = []
    for path in _files(root or layout.ROOT, WRITTEN):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > LONGEST:
            findings.append(
                f"{layout.shown(path)}: {lines} lines, more than {LONGEST}; "
                "split it by subject"
            )
    return findings


def packed_lists(root=None):
    """Lists that are unpacked where they stand: `[*("a", "b"), "c"]` is a riddle."""
    findings = []
    for path in _files(root or layout.ROOT, {".py"}):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Starred) and isinstance(
                node.value, ast.List | ast.Tuple
            ):
                findings.append(
                    f"{layout.shown(path)}:{node.lineno}: write the items one by one"
                )
    return findings


def taken_addresses(addons=None, others=None):
    """Addresses of ours that another addon on this machine has too.

    The `path` of a window action is unique in a database: of two addons that give the
    same one, the second cannot be installed.
    """
    addons = addons or layout.ADDONS
    ours = defaultdict(list)
    for path, address in _addresses(
        addons / name for name in manifests.manifests(addons)
    ):
        ours[address].append(path)
    findings = [
        f"{address}: {', '.join(map(layout.shown, paths))}"
        for address, paths in sorted(ours.items())
        if len(paths) > 1
    ]
    for path, address in _addresses(_other_addons() if others is None else others):
        if address in ours:
            findings.append(
                f"{layout.shown(ours[address][0])}: the address {address} is taken "
                f"by {path.parents[1].name} ({path.name})"
            )
    return findings


def taken_routes(addons=None, others=None):
    """Pages of ours at an address where another addon on this machine has its page.

    Of two controllers with one address, the one that is loaded last answers: the page
    of the other is gone, with no error. Who means to replace a page inherits its method
    and gives no address.
    """
    addons = addons or layout.ADDONS
    ours, shapes = defaultdict(list), {}
    for path, address in _routes(addons / name for name in manifests.manifests(addons)):
        ours[address].append(path)
        shapes[_shape(address)] = path
    findings = [
        f"{address}: {', '.join(map(layout.shown, paths))}"
        for address, paths in sorted(ours.items())
        if len(paths) > 1
    ]
    for path, address in _routes(_other_addons() if others is None else others):
        if _shape(address) in shapes:
            addon = path.parts[path.parts.index("controllers") - 1]
            findings.append(
                f"{layout.shown(shapes[_shape(address)])}: the page {address} is one "
                f"of {addon} ({path.name})"
            )
    return list(dict.fromkeys(findings))


def _shape(address):
    """An address without what its parameters are called, and what they may be."""
    return re.sub(r"<[^>]*>", "<>", address)


def _routes(folders):
    """(file, address) of each page."""
    for folder in folders:
        for path in sorted((folder / "controllers").rglob("*.py")):
            source = path.read_text(encoding="utf-8")
            if "route(" not in source:
                continue
            for node in ast.walk(ast.parse(source)):
                if not isinstance(node, ast.FunctionDef):
                    continue
                for call in node.decorator_list:
                    for address in _addresses_of_route(call):
                        yield path, address


def _addresses_of_route(call):
    """The addresses that a decorator gives a page."""
    name = getattr(call, "func", None)
    if getattr(name, "attr", getattr(name, "id", None)) != "route":
        return
    given = [
        *call.args[:1],
        *(key.value for key in call.keywords if key.arg == "route"),
    ]
    for value in given:
        items = value.elts if isinstance(value, ast.List | ast.Tuple) else [value]
        for item in items:
            if isinstance(item, ast.JoinedStr):
                # what is put together stands in a parameter
                yield "".join(
                    part.value if isinstance(part, ast.Constant) else "…"
                    for part in item.values
                )
            elif isinstance(item, ast.Constant) and isinstance(item.value, str):
                yield item.value


def _other_addons():
    """The folder of every addon of Odoo and of OCA that is on this machine."""
    odoo = odoo_dist.directory() / "odoo"
    installed = (layout.VENV / "lib").glob("python*/site-packages/odoo/addons")
    for folder in (odoo / "addons", odoo.parent / "addons", *installed):
        yield from (path.parent for path in sorted(folder.glob("*/__manifest__.py")))


def _addresses(folders):
    """(file, address) of each action with a path of its own."""
    for folder in folders:
        for path in sorted(folder.rglob("*.xml")):
            content = path.read_bytes()
            if b'name="path"' not in content or "static" in path.parts:
                continue
            for record in ElementTree.fromstring(content).iter("record"):
                if record.get("model", "").startswith("ir.actions."):
                    address = record.findtext("field[@name='path']")
                    if address:
                        yield path, address.strip()
