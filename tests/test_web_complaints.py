"""Complaints in the browser until they are closed, in Chinese, as each role.

One comes by the web form: somebody without a login complains on the phone and follows
it by number and code; one clerk investigates, has it put right and answers; the manager
verifies, and it is closed. The other comes by WeChat and is put right by a work order;
another clerk calls the customer, and it is in the report of the month. A third nobody
settles: it goes up from the clerk to the manager, the area and the company.
"""

import hashlib
import re
import time
from datetime import datetime
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

import pytest
import requests
import webclient

PHONE = (390, 844)
TOKEN = "token123"


@pytest.fixture(scope="module")
def estate(linjiang, tmp_path_factory):
    """The database, and what the script says about it."""
    database = linjiang("pm_test_complaints")
    facts = tmp_path_factory.mktemp("complaints") / "facts.json"
    return webclient.run_script(database, "complaints", facts)


@pytest.fixture(scope="module")
def server(estate, odoo_server):
    return odoo_server(estate["database"], "--load", "base,rpc,web")


@pytest.fixture(scope="module")
def admin(server, estate):
    return webclient.Rpc(server.url, estate["database"], "admin")


def state_of(admin, case):
    return admin("pm.complaint", "read", [case], ["state"])[0]["state"]


def dialog(page, step, **values):
    """Press the button of a step, fill its dialog in, apply it."""
    button = page.locator(f".o_form_view button.pm_step_{step}").first
    button.wait_for(state="attached")
    if not button.is_visible():
        page.click("details.pm_more_steps > summary")
    button.click()
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


def write_by_wechat(server, estate, text):
    """What WeChat calls when a resident writes to the account."""
    stamp, nonce = str(int(time.time())), "n1"
    signed = "".join(sorted((TOKEN, stamp, nonce))).encode()
    answer = requests.post(
        f"{server.url}/pm/wechat/{estate['account']}",
        params={
            "signature": hashlib.sha1(signed).hexdigest(),
            "timestamp": stamp,
            "nonce": nonce,
        },
        data=(
            f"<xml><ToUserName>gh_1</ToUserName><FromUserName>{estate['openid']}"
            f"</FromUserName><CreateTime>{stamp}</CreateTime><MsgType>text</MsgType>"
            f"<Content>{escape(text)}</Content><MsgId>1</MsgId></xml>"
        ).encode(),
        headers={"Content-Type": "text/xml"},
        timeout=60,
    )
    assert (answer.status_code, answer.text) == (200, "success")


def run_job(admin, name):
    """Have a scheduled action done now."""
    domain = [["module", "=", "pm_complaints"], ["name", "=", name]]
    (row,) = admin("ir.model.data", "search_read", domain, ["res_id"])
    admin("ir.cron", "method_direct_trigger", [row["res_id"]])


def test_from_wechat_into_the_report_of_the_month(server, page, become, admin, estate):
    write_by_wechat(server, estate, "厨房吊顶漏水，请尽快来看")
    run_job(admin, "pm_wechat_message_take_up")
    domain = [["description", "like", "厨房吊顶漏水"]]
    (case,) = admin("pm.complaint", "search", domain)
    handler = webclient.Rpc(server.url, estate["database"], "handler")
    handler(
        "pm.complaint",
        "write",
        [case],
        {"kind": "complaint", "category_id": estate["category"]},
    )
    # investigation, and a measure that becomes a work order
    become("handler")
    webclient.open_path(page, server.url, "complaints-today")
    page.locator(".o_data_row", has_text="厨房吊顶漏水").wait_for()
    open_case(page, server, case)
    dialog(page, "investigate", text="楼上水管接头渗水。", heard="楼上住户")
    dialog(page, "rectify", text="更换水管接头")
    (measure,) = admin("pm.rectification", "search", [["complaint_id", "=", case]])
    webclient.open_path(page, server.url, f"complaint-measures/{measure}")
    page.wait_for_selector(".o_form_view")
    dialog(page, "order_measure")
    (values,) = admin("pm.rectification", "read", [measure], ["request_id"])
    order = values["request_id"][0]
    # done by the technician on the phone, accepted by the manager
    boss = webclient.Rpc(server.url, estate["database"], "boss")
    boss("maintenance.request", "write", [order], {"user_id": estate["fitter"]})
    boss("maintenance.request", "action_dispatch", [order])
    become("fitter", PHONE)
    webclient.work_on_phone(page, server.url, "更换水管接头", "complaint")
    become("boss")
    webclient.accept_at_desk(page, server.url, "更换水管接头")
    # who accepted it has ended the measure: somebody else looks whether it is right
    become("asker")
    webclient.open_path(page, server.url, f"complaint-measures/{measure}")
    page.wait_for_selector(".o_form_view")
    dialog(page, "verify_measure", text="不再渗水")
    # the reply goes back by WeChat
    become("handler")
    open_case(page, server, case)
    dialog(page, "reply", text="楼上接头已更换，已无渗水。")
    webclient.press(page, "action_verify")
    webclient.reaches(page, "verified")
    told = [["complaint_id", "=", case], ["kind", "=", "reply"]]
    (said,) = admin("pm.complaint.message", "search_read", told, ["channel"])
    assert said["channel"] == "wechat"
    # the follow-up is somebody else's call, and its verdict that of the complaint
    called = [["complaint_id", "=", case], ["state", "=", "todo"]]
    (call,) = admin("pm.follow.up", "search", called)
    become("asker")
    webclient.open_path(page, server.url, "my-calls")
    page.locator(".o_data_row td[name=property_id]").first.click()
    page.wait_for_selector(".o_form_view")
    webclient.picture(page, "complaints-call")
    page.locator("[name=verdict] input").first.check()
    page.locator("[name=words] textarea").fill("很快，谢谢")
    webclient.press(page, "action_reached")
    webclient.reaches(page, "done")
    (said,) = admin("pm.follow.up", "read", [call], ["verdict", "done_user_id"])
    assert (said["verdict"], said["done_user_id"][1]) == ("satisfied", "asker")
    handler(
        "pm.complaint",
        "write",
        [case],
        {"cause_id": estate["cause"], "liability": "ours", "action_taken": "换接头"},
    )
    become("handler")
    open_case(page, server, case)
    webclient.press(page, "action_close")
    webclient.reaches(page, "closed")
    chinese = {"lang": "zh_CN"}
    (values,) = admin(
        "pm.complaint", "read", [case], ["verdict", "cause_id"], context=chinese
    )
    assert values["verdict"] == "satisfied"
    # the resident finds the answer, and that it is over
    become("resident", PHONE)
    page.goto(f"{server.url}/my/complaints/{case}")
    assert "楼上接头已更换" in page.inner_text("body")
    assert page.locator("form[action$='/object']").count() == 1
    webclient.picture(page, "complaints-portal")
    # who did the work reads nothing of the complaint
    fitter = webclient.Rpc(server.url, estate["database"], "fitter")
    with pytest.raises(webclient.Refused):
        fitter("pm.complaint", "read", [case], ["description"])
    # what owners read of the month
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    report = boss(
        "pm.quality.report",
        "create",
        {"property_id": estate["estate"], "month": today.isoformat()},
    )
    become("boss")
    webclient.open_path(page, server.url, f"quality-reports/{report}")
    shown = page.locator(".o_field_widget[name=page]")
    shown.get_by_text(values["cause_id"][1]).first.wait_for()
    assert "更换水管接头" in shown.inner_text()
    webclient.picture(page, "complaints-quality-report")
    for path in ("complaint-figures", "causes-of-complaints", "complaint-rate"):
        webclient.open_path(page, server.url, path)
        webclient.picture(page, f"complaints-{path}")
    webclient.open_path(page, server.url, "complaints-overview")
    webclient.picture(page, "complaints-overview")


def test_up_to_the_company(server, page, become, admin, estate):
    """Who is not satisfied is heard on each level, and only the company ends it."""
    handler = webclient.Rpc(server.url, estate["database"], "handler")
    case = handler(
        "pm.complaint",
        "create",
        {
            "kind": "complaint",
            "property_id": estate["place"],
            "partner_id": estate["holder"],
            "channel_id": estate["channel"],
            "category_id": estate["category"],
            "description": "雨棚滴水，说了三次",
        },
    )
    handler("pm.complaint", "action_accept", [case])
    handler("pm.complaint", "action_investigate", [case], "檐沟堵塞", "住户")
    handler("pm.complaint", "action_reply", [case], "已清理檐沟。")
    handler(
        "pm.complaint",
        "write",
        [case],
        {"cause_id": estate["cause"], "liability": "ours", "action_taken": "清理"},
    )
    asker = webclient.Rpc(server.url, estate["database"], "asker")
    asker("pm.complaint", "action_follow_up", [case], "unsatisfied", "还在滴")
    # the clerk cannot end it
    become("handler")
    open_case(page, server, case)
    webclient.press(page, "action_close")
    refused = page.locator(".modal", has_text="不满意")
    refused.wait_for()
    refused.locator("footer button").first.click()
    refused.wait_for(state="detached")
    for who, above in (
        ("handler", "manager"),
        ("boss", "area"),
        ("regional", "company"),
    ):
        become(who)
        webclient.open_path(page, server.url, "complaints")
        page.locator(".o_data_row", has_text="雨棚滴水").first.wait_for()
        open_case(page, server, case)
        dialog(page, "escalate", text="业主仍不满意")
        (now,) = admin("pm.complaint", "read", [case], ["level"])
        assert now["level"] == above
    # each level was asked, by a task of its own
    tasks = admin(
        "mail.activity",
        "search_read",
        [["res_model", "=", "pm.complaint"], ["res_id", "=", case]],
        ["user_id"],
    )
    assert {"boss", "regional", "chief"} <= {task["user_id"][1] for task in tasks}
    become("chief")
    open_case(page, server, case)
    webclient.picture(page, "complaints-company")
    webclient.press(page, "action_close")
    webclient.reaches(page, "closed")
    (values,) = admin("pm.complaint", "read", [case], ["state", "verdict"])
    assert (values["state"], values["verdict"]) == ("closed", "unsatisfied")
