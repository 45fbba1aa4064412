"""docs/operations.md and the configuration it speaks of say what the code does."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
UNITS = {"minutes": "minute", "hours": "hour", "days": "day"}
# links that open nothing: who has one may send a report, as anybody who passes by
OPEN_TO_ALL = {"/fault/TOKEN", "/fault/TOKEN/send"}


def scheduled_actions():
    """{name: how often} of the actions that the addons bring."""
    found = {}
    for path in ROOT.glob("addons/*/data/**/*.xml"):
        for record in ElementTree.parse(path).iterfind(".//record[@model='ir.cron']"):
            field = {one.get("name"): one.text for one in record.iterfind("field")}
            number, unit = int(field["interval_number"]), UNITS[field["interval_type"]]
            found[field["name"]] = f"{number} {unit}s" if number > 1 else unit
    return found


def test_every_scheduled_action_is_listed():
    section = PAGE.split("## Scheduled actions")[1].split("\n## ")[0]
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| [^|]+ \|$", section, re.MULTILINE)
    # more may be said on when, after a comma: "10 minutes, and at the planned times"
    listed = {name: often.split(",")[0] for name, often in rows if name != "action"}
    assert listed == scheduled_actions()


def pages_of_links():
    """The addresses of ours that a secret in them opens."""
    found = set()
    for path in ROOT.glob("addons/*/controllers/**/*.py"):
        text = path.read_text(encoding="utf-8")
        found |= {
            address.replace("<string:token>", "TOKEN")
            for address in re.findall(r"\"(/[^\"\s]*<string:token>[^\"\s]*)\"", text)
        }
    return found


def written_to_the_log(address):
    """What ``docker/nginx.conf`` makes of an address."""
    conf = (ROOT / "docker/nginx.conf").read_text(encoding="utf-8")
    rules = re.findall(r'^    "~(\*?)(\^.+)" "(.+)";$', conf, re.MULTILINE)
    assert rules
    for ignore_case, pattern, shown in rules:
        pattern = pattern.replace("(?<", "(?P<")
        flags = re.IGNORECASE if ignore_case else 0
        if match := re.search(pattern, address, flags):
            return re.sub(r"\$\{(\w+)\}", lambda name: match[name[1]], shown)
    return address


def test_links_that_let_in_are_not_logged():
    pages = pages_of_links() - OPEN_TO_ALL
    assert len(pages) > 5
    shown = {address: written_to_the_log(address) for address in pages}
    assert not [address for address in shown if "TOKEN" in shown[address]], shown


@pytest.mark.parametrize(
    "address",
    [
        "/my/service-plans/7?access_token=TOKEN",
        "/my/property-contracts/7?report_type=pdf&access_token=TOKEN",
        "/fault/order/WO-2611-00007?code=TOKEN",
        "/wechat/bound?code=TOKEN&state=TOKEN",
    ],
)
def test_secrets_behind_an_address_are_not_logged(address):
    assert "TOKEN" not in written_to_the_log(address)


def test_other_addresses_are_logged():
    for address in ("/odoo", "/my/repairs/7?error=1", "/fault/TOKEN"):
        assert written_to_the_log(address) == address
