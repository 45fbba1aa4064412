"""The table of docs/roles.md says what the access files grant."""

import csv
import re
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parent.parent
OPERATIONS = {
    "R": "perm_read",
    "W": "perm_write",
    "C": "perm_create",
    "D": "perm_unlink",
}
# heading of a column, and the group that it stands for
COLUMNS = {
    "staff": "pm_core.group_pm_user",
    "service": "pm_core.group_pm_service",
    "inspector": "pm_maintenance.group_pm_inspector",
    "guard": "pm_maintenance.group_pm_guard",
    "technician": "pm_maintenance.group_pm_technician",
    "dispatcher": "pm_maintenance.group_pm_dispatcher",
    "storekeeper": "pm_maintenance.group_pm_storekeeper",
    "HR": "pm_core.group_pm_hr",
    "cashier": "pm_billing.group_pm_cashier",
    "clerk": "pm_billing.group_pm_billing_clerk",
    "estate manager": "pm_core.group_pm_estate_manager",
    "company manager": "pm_core.group_pm_company_manager",
    "administrator": "pm_core.group_pm_admin",
    "accountant": "account.group_account_readonly",
    "resident": "base.group_portal",
}


def full_name(addon, name):
    return name if "." in name else f"{addon}.{name}"


def security_files(pattern):
    """(addon, file) of what an addon has in its folder of rights, by room or not."""
    for folder in ROOT.glob("addons/*/security"):
        for path in folder.rglob(pattern):
            yield folder.parent.name, path


def implied_groups():
    """Each of our groups with all that it contains, itself included."""
    direct = {}
    for addon, path in security_files("*_groups.xml"):
        for record in ElementTree.parse(path).iterfind(
            ".//record[@model='res.groups']"
        ):
            group = direct.setdefault(full_name(addon, record.get("id")), set())
            for field in record.iterfind("field[@name='implied_ids']"):
                names = re.findall(r"ref\('([\w.]+)'\)", field.get("eval"))
                group.update(full_name(addon, name) for name in names)

    def contained(group):
        below = (contained(name) for name in direct.get(group, ()))
        return {group}.union(*below)

    return {group: contained(group) for group in COLUMNS.values()}


def granted():
    """{model: {group: operations}} of all access files, for our own models."""
    access = {}
    for addon, path in security_files("ir.model.access.csv"):
        for row in csv.DictReader(path.read_text().splitlines()):
            model = row["model_id:id"]
            if "." in model:
                continue
            model = model.removeprefix("model_").replace("_", ".")
            group = full_name(addon, row["group_id:id"])
            operations = {key for key, name in OPERATIONS.items() if row[name] == "1"}
            access.setdefault(model, {}).setdefault(group, set()).update(operations)
    return access


def test_the_table_says_what_the_access_files_grant():
    implied = implied_groups()
    expected = {
        model: [
            "".join(
                key
                for key in OPERATIONS
                if any(key in groups.get(group, ()) for group in implied[column])
            )
            or "–"
            for column in COLUMNS.values()
        ]
        for model, groups in granted().items()
    }
    page = (ROOT / "docs/roles.md").read_text(encoding="utf-8")
    heading, *rows = re.findall(r"^\| (model|`[\w.]+`) \| (.+) \|$", page, re.MULTILINE)
    assert heading[1].split(" | ") == list(COLUMNS)
    assert {model.strip("`"): cells.split(" | ") for model, cells in rows} == expected


def daily_menus():
    """{role: (what it opens with, its daily menu)} of the menu files of all addons."""
    found = {}
    names = {group: column for column, group in COLUMNS.items()}
    for path in sorted(ROOT.glob("addons/*/views/*_menus.xml"), key=_chain):
        addon = path.parent.parent.name
        for record in ElementTree.parse(path).iterfind(
            ".//record[@model='res.groups']"
        ):
            role = names[full_name(addon, record.get("id"))]
            row = found.setdefault(role, ["", []])
            for field in record.iterfind("field[@name='pm_home_menu_id']"):
                row[0] = _end(field.get("ref"))
            for field in record.iterfind("field[@name='pm_menu_ids']"):
                refs = re.findall(r"ref\('([\w.]+)'\)", field.get("eval"))
                row[1] += [_end(name) for name in refs]
    return {role: (home, ", ".join(menus)) for role, (home, menus) in found.items()}


def _chain(path):
    """The addons in the order in which they build on each other."""
    return "pm_core pm_maintenance pm_billing pm_complaints".split().index(
        path.parent.parent.name
    )


def _end(name):
    return name.split("_menu_")[-1]


def test_the_page_says_what_is_in_the_daily_menus():
    page = (ROOT / "docs/roles.md").read_text(encoding="utf-8")
    table = page.split("## Daily menus")[1].split("\n## ")[0]
    rows = re.findall(r"^\| ([\w ]+) \| (\w+) \| (.+) \|$", table, re.MULTILINE)
    assert {role: (home, menus) for role, home, menus in rows} == daily_menus()
