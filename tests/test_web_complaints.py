"""One complaint in the browser, from the web form to its closure, in Chinese.

Somebody without a login complains on the phone and follows it by number and code; one
clerk investigates, has it put right and answers; the manager verifies, another clerk
asks, and it is closed.
"""

import json
import re
import subprocess
from pathlib import Path

import pytest
import webclient

from tooling import odoo_run

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1400, "height": 900}
SCRIPT = Path(__file__).parent / "scripts" / "complaints.py"


@pytest.fixture(scope="module")
def estate(linjiang, tmp_path_factory):
    """The database, and what the script says about it."""
    database = linjiang("pm_test_complaints")
    facts = tmp_path_factory.mktemp("complaints") / "facts.json"
    with SCRIPT.open("rb") as stream:
        subprocess.run(
            odoo_run.command(
                "shell",
                "-d",
                database,
                "--no-http",
                "--log-level",
                "error",
                "--load",
                odoo_run.WITHOUT_QUEUE,
                "--shell-interface",
                "python",
            ),
            env={**odoo_run.environment(), "PM_COMPLAINTS": str(facts)},
            stdin=stream,
            check=True,
        )
    return {"database": database, **json.loads(facts.read_text(encoding="utf-8"))}


@pytest.fixture(scope="module")
def server(estate, odoo_server):
    return odoo_server(estate["database"], "--load", "base,rpc,web")


@pytest.fixture(scope="module")
def admin(server, estate):
    return webclient.Rpc(server.url, estate["database"], "admin")


@pytest.fixture
def become(server, page, login):
    """Be somebody else: nobody for a page without a login."""

    def change(who, size=DESK):
        page.set_viewport_size(size)
        page.context.clear_cookies()
        if who:
            login(page, server.url, who, who)

    return change


def state_of(admin, case):
    return admin("pm.complaint", "read", [case], ["state"])[0]["state"]


def dialog(page, step, **values):
    """Press the button of a step, fill its dialog in, apply it."""
    page.click(f".o_form_view button.pm_step_{step}:visible")
    page.wait_for_selector(".modal .o_form_view")
    for name, value in values.items():
        box = page.locator(f".modal [name={name}]")
        if value is True:
            box.locator("input").first.check()
        else:
            box.locator("textarea, input").first.fill(value)
    page.click(".modal footer button[name=action_apply]")
    page.wait_for_selector(".modal", state="detached")
    webclient.no_error(page)


def open_case(page, server, case):
    webclient.open_path(page, server.url, f"complaints/{case}")
    page.wait_for_selector(".o_form_view")


def test_from_the_web_form_to_closure(server, page, become, admin, estate):
    # somebody without a login
    become(None, PHONE)
    page.goto(f"{server.url}/complaint/{estate['token']}")
    page.fill("textarea[name=text]", "楼道灯坏了一周没人管")
    page.fill("textarea[name=remedy]", "今天修好")
    page.fill("input[name=name]", "李女士")
    webclient.picture(page, "complaints-web-form")
    page.click("form button[type=submit]")
    page.wait_for_url("**/complaint/case/*")
    followed = page.url
    (number,) = re.findall(r"TS/\d+/\d+", page.inner_text("body"))[:1]
    (case,) = admin("pm.complaint", "search", [["number", "=", number]])
    assert state_of(admin, case) == "assigned"
    # who handles it
    become("handler")
    webclient.open_path(page, server.url, "complaints-today")
    page.locator(".o_data_row", has_text="楼道灯坏了").wait_for()
    webclient.picture(page, "complaints-today")
    open_case(page, server, case)
    dialog(page, "investigate", text="灯具老化，报修未派单。", heard="三楼住户")
    dialog(page, "rectify", text="更换灯具并每周巡查")
    webclient.picture(page, "complaints-form")
    (measure,) = admin("pm.rectification", "search", [["complaint_id", "=", case]])
    handler = webclient.Rpc(server.url, estate["database"], "handler")
    handler("pm.rectification", "action_done", [measure], "已更换")
    boss = webclient.Rpc(server.url, estate["database"], "boss")
    boss("pm.rectification", "action_verify", [measure], "灯亮")
    open_case(page, server, case)
    dialog(page, "reply", text="灯已更换，今后每周巡查。")
    webclient.press(page, "action_verify")
    webclient.reaches(page, "verified")
    assert state_of(admin, case) == "verified"
    # the complainant reads the reply
    become(None, PHONE)
    page.goto(followed)
    assert "灯已更换" in page.inner_text("body")
    webclient.picture(page, "complaints-case")
    page.check("input[name=verdict][value=satisfied]")
    with page.expect_navigation():
        page.click("form[action$='/verdict'] button")
    # closed with all that belongs to it
    become("handler")
    handler(
        "pm.complaint",
        "write",
        [case],
        {"cause": "老化", "liability": "ours", "action_taken": "更换灯具"},
    )
    open_case(page, server, case)
    webclient.press(page, "action_close")
    webclient.reaches(page, "closed")
    webclient.no_error(page)
    (values,) = admin(
        "pm.complaint", "read", [case], ["state", "verdict", "sla_clock_ids"]
    )
    assert (values["state"], values["verdict"]) == ("closed", "satisfied")
    clocks = admin("pm.sla.clock", "read", values["sla_clock_ids"], ["state"])
    assert {clock["state"] for clock in clocks} == {"met"}
    # whoever complained sees that it is over, and may object
    become(None, PHONE)
    page.goto(followed)
    assert page.locator("form[action$='/object']").count() == 1
