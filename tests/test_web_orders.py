"""Work orders in the browser, each from its report until it is on file.

A fault comes in by the portal, by the code at the door, by mail and from a round. It
is given to whoever the rules say, done on the phone by the technician or by the
contractor's people, and accepted: by the resident on the portal, or by the dispatcher.
All in Chinese; who works on a phone has a phone.
"""

import io
import os
from datetime import date

import openpyxl
import pytest
import webclient
from PIL import Image

PHONE = (390, 844)
MAIL = """From: 赵先生 <zhao@example.com>
To: {alias}
Subject: Leak in the car park
Message-Id: <{number}@example.com>
{headers}Content-Type: text/plain; charset=utf-8

地下车库入口积水。
"""


@pytest.fixture(scope="module")
def estate(linjiang, tmp_path_factory):
    """The database, and what the script says about it."""
    database = linjiang("pm_test_orders")
    facts = tmp_path_factory.mktemp("orders") / "facts.json"
    return webclient.run_script(database, "orders", facts)


@pytest.fixture(scope="module")
def server(estate, odoo_server):
    return odoo_server(estate["database"], "--load", "base,rpc,web")


@pytest.fixture(scope="module")
def admin(server, estate):
    return webclient.Rpc(server.url, estate["database"], "admin")


@pytest.fixture
def photo(tmp_path):
    stream = io.BytesIO()
    Image.new("RGB", (640, 480), "steelblue").save(stream, "JPEG")
    path = tmp_path / "漏水.jpg"
    path.write_bytes(stream.getvalue())
    return path


def newest(admin, **wanted):
    domain = [[name, "=", value] for name, value in wanted.items()]
    return admin("maintenance.request", "search", domain, order="id desc", limit=1)[0]


def state_of(admin, order):
    return admin("maintenance.request", "read", [order], ["state"])[0]["state"]


def arrived_at(admin, order):
    """Where the phone was at the arrival."""
    (arrived,) = admin(
        "pm.order.step",
        "search_read",
        [["request_id", "=", order], ["step", "=", "arrive"]],
        ["latitude", "longitude"],
    )
    return arrived["latitude"], arrived["longitude"]


def report_by_portal(page, server, photo):
    """Three things: where (there is one place), what, and a photo."""
    page.goto(f"{server.url}/my/repairs/new")
    page.fill("textarea[name=text]", "厨房水槽下漏水")
    page.set_input_files("input[name=photos]", photo)
    webclient.picture(page, "orders-portal-report")
    page.click("form[action='/my/repairs/send'] button[type=submit]")
    page.wait_for_url("**/my/repairs/*")


def close(page, server, order):
    webclient.open_path(page, server.url, f"maintenance-orders/{order}")
    webclient.press(page, "action_close")
    webclient.reaches(page, "closed")


def is_on_file(admin, order, done_by):
    """Dispatched, clocked, done by whom it was given to, accepted, on file."""
    values = admin(
        "maintenance.request",
        "read",
        [order],
        ["state", "done_at", "closed_at", "acceptance", "step_ids", "sla_clock_ids"],
    )[0]
    assert values["state"] == "closed"
    assert values["done_at"] and values["closed_at"] and values["acceptance"]
    clocks = admin("pm.sla.clock", "read", values["sla_clock_ids"], ["state"])
    assert {clock["state"] for clock in clocks} == {"met"}
    steps = admin("pm.order.step", "read", values["step_ids"], ["step", "user_id"])
    who = {step["step"]: step["user_id"][1] for step in steps}
    assert {"report", "dispatch", "accept", "arrive", "done", "verify", "close"} <= set(
        who
    )
    assert done_by in who["done"]


def test_portal(server, page, become, admin, photo):
    """The resident reports, follows, and accepts; the technician does it."""
    become("resident", PHONE)
    report_by_portal(page, server, photo)
    order = newest(admin, name="厨房水槽下漏水")
    assert state_of(admin, order) == "dispatched"
    become("technician", PHONE)
    webclient.work_on_phone(page, server.url, "厨房水槽下漏水", "portal")
    become("resident", PHONE)
    page.goto(f"{server.url}/my/repairs/{order}")
    webclient.picture(page, "orders-portal-accept")
    page.select_option("select[name=rating]", "5")
    # to the end: what answers after the next login would take its session away
    with page.expect_navigation():
        page.click(f"form[action='/my/repairs/{order}/accept'] button")
    assert state_of(admin, order) == "verified"
    become("dispatcher")
    close(page, server, order)
    is_on_file(admin, order, "technician")


def test_code_at_the_door(server, page, become, admin, estate, photo):
    """Somebody without a login; the contractor's people do it on their pages."""
    become(None, PHONE)
    page.goto(f"{server.url}/fault/{estate['token']}")
    page.select_option("select[name=category_id]", label="电梯")
    page.fill("textarea[name=text]", "电梯三楼按钮不灵")
    page.set_input_files("input[name=photos]", photo)
    webclient.picture(page, "orders-code")
    page.click("form button[type=submit]")
    page.wait_for_url("**/fault/order/*")
    webclient.picture(page, "orders-code-sent")
    order = newest(admin, name="电梯三楼按钮不灵")
    become("contractor", PHONE)
    page.goto(f"{server.url}/my/work-orders")
    webclient.picture(page, "orders-contractor-list")
    page.click(f"a[href='/my/work-orders/{order}']")
    webclient.picture(page, "orders-contractor")
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 31.2304, "longitude": 121.4737})
    for step, state in (
        ("accept", "accepted"),
        ("travel", "travelling"),
        ("arrive", "on_site"),
    ):
        with page.expect_navigation():
            page.click(f"form[action='/my/work-orders/{order}/{step}'] button")
        assert state_of(admin, order) == state
    assert arrived_at(admin, order) == (31.2304, 121.4737)
    done = page.locator(f"form[action='/my/work-orders/{order}/done']")
    done.locator("textarea[name=result]").fill("更换三楼外呼按钮。")
    done.locator("input[name=photos]").set_input_files(photo)
    for select in done.locator("select").all():
        select.select_option(index=1)
    webclient.picture(page, "orders-contractor-done")
    with page.expect_navigation():
        done.locator("button").click()
    assert state_of(admin, order) == "done"
    become("dispatcher")
    webclient.accept_at_desk(page, server.url, "电梯三楼按钮不灵")
    close(page, server, order)
    is_on_file(admin, order, "contractor")


def receive(admin, estate, number, headers=""):
    admin(
        "mail.thread",
        "message_process",
        "maintenance.request",
        MAIL.format(alias=estate["alias"], number=number, headers=headers),
    )


def test_mail(server, page, become, admin, estate):
    receive(admin, estate, "first")
    order = newest(admin, name="Leak in the car park")
    become("technician", PHONE)
    webclient.work_on_phone(page, server.url, "Leak in the car park", "mail")
    become("dispatcher")
    webclient.accept_at_desk(page, server.url, "Leak in the car park")
    close(page, server, order)
    is_on_file(admin, order, "technician")
    # the link of the question, without a login, on a phone
    (asked,) = admin("maintenance.request", "read", [order], ["rate_token"])
    become(None, PHONE)
    # a press before the page's scripts are there would be swallowed
    page.goto(
        f"{server.url}/order/rate/{asked['rate_token']}", wait_until="networkidle"
    )
    page.click("label[for=star5]")
    webclient.picture(page, "orders-rate")
    with page.expect_response("**/order/rate/*/send"):
        page.click("form button")
    values = admin("maintenance.request", "read", [order], ["rating"])
    assert values[0]["rating"] == "5"


def test_mail_loop(admin, estate):
    """A robot that answers each mail makes some orders, and then no more."""
    admin("ir.config_parameter", "set_param", "mail.gateway.loop.threshold", "3")
    for number in range(12):
        receive(admin, estate, f"loop-{number}", "Auto-Submitted: auto-replied\n")
    count = admin(
        "maintenance.request", "search_count", [["reporter_email", "like", "zhao@"]]
    )
    assert count <= 3


def test_round(server, page, become, admin, estate):
    """What an inspector found; called out at the desk with the caller known."""
    order = estate["found"]
    become("technician", PHONE)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 31.2304, "longitude": 121.4737})
    webclient.work_on_phone(page, server.url, "巡检发现楼道扶手松动", "round")
    assert arrived_at(admin, order) == (31.2304, 121.4737)
    become("dispatcher")
    webclient.accept_at_desk(page, server.url, "巡检发现楼道扶手松动")
    close(page, server, order)
    is_on_file(admin, order, "technician")


def test_checklist_by_thumb(server, page, become, admin, estate):
    """A planned service on the phone: big targets, on the order and when it is done."""
    place = admin("pm.property", "search", [["kind", "=", "estate"]])[0]
    other = admin("pm.fault.category", "search", [["code", "=", "other"]])[0]
    plan = admin(
        "pm.maintenance.plan",
        "create",
        {
            "name": "水泵月度保养",
            "property_id": place,
            "fault_category_id": other,
            "schedule_start": str(date.today()),
            "schedule_unit": "month",
            "item_ids": [
                [0, 0, {"name": "机房整洁", "sequence": 1}],
                [0, 0, {"name": "轴封无滴漏", "sequence": 2}],
                [0, 0, {"name": "电流", "kind": "number", "unit": "A", "sequence": 3}],
            ],
        },
    )
    admin("pm.maintenance.plan", "action_generate", [plan])
    order = newest(admin, plan_id=plan)
    user = admin("res.users", "search", [["login", "=", "technician"]])[0]
    if state_of(admin, order) == "reported":
        admin("maintenance.request", "write", [order], {"user_id": user})
        admin("maintenance.request", "action_dispatch", [order])
    technician = webclient.Rpc(server.url, estate["database"], "technician")
    technician("maintenance.request", "action_accept", [order])
    technician("maintenance.request", "action_arrive", [order])

    def answers():
        return [
            (one["is_done"], one["value"])
            for one in admin(
                "pm.order.check",
                "search_read",
                [["request_id", "=", order]],
                ["is_done", "value"],
                order="sequence",
            )
        ]

    become("technician", PHONE)
    webclient.open_path(page, server.url, f"maintenance-orders/{order}")
    page.click(".nav-link[name=checks]")
    card = page.locator(".o_field_widget[name=check_ids] .o_kanban_record")
    tick = card.filter(has_text="机房整洁").locator("button[name=action_tick]")
    box = tick.bounding_box()
    assert box["height"] >= 48 and box["width"] >= 250, box
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    tick.click()
    tick.locator(".fa-check-square").wait_for()
    webclient.picture(page, "orders-checklist")
    assert answers() == [(True, False), (False, False), (False, False)]
    card.filter(has_text="电流").click()
    page.fill(".modal [name=value] input", "3.5")
    page.click(".modal .o_form_button_save")
    page.wait_for_selector(".modal", state="detached")
    webclient.save(page)
    assert answers()[2] == (True, "3.5")
    page.goto(f"{server.url}/odoo/orders-today")
    today = page.locator(".o_kanban_record:not(.o_kanban_ghost)", has_text="水泵月度")
    today.locator("button[name=action_ask_result]").click()
    row = page.locator(".modal .o_kanban_record", has_text="轴封无滴漏")
    row.locator("button[name=action_tick]").click()
    row.locator(".fa-check-square").wait_for()
    page.fill(".modal [name=result] textarea", "保养完成。")
    page.click(".modal footer button[name=action_apply]")
    page.wait_for_selector(".modal", state="detached")
    webclient.no_error(page)
    assert state_of(admin, order) == "done"
    assert answers() == [(True, False), (True, False), (True, "3.5")]


def test_call(server, page, become, admin):
    """The clerk types a unit: who it is, what is open; and makes the order."""
    become("service")
    webclient.open_path(page, server.url, "call")
    page.keyboard.type("1-1-1001")
    page.keyboard.press("Tab")
    page.wait_for_function(
        "document.querySelector('[name=partner_id] input')?.value.length > 0"
    )
    page.fill("[name=text] textarea", "阳台门关不上")
    webclient.picture(page, "orders-call")
    webclient.press(page, "action_report")
    webclient.reaches(page, "dispatched")
    order = newest(admin, name="阳台门关不上")
    values = admin("maintenance.request", "read", [order], ["partner_id", "user_id"])
    assert values[0]["partner_id"] and values[0]["user_id"]


@pytest.mark.parametrize(
    ("name", "size"), [("keine.jpg", 100), ("gross.jpg", 50 * 1024 * 1024)]
)
def test_what_is_no_photo(server, page, become, admin, tmp_path, name, size):
    """Refused in words, and what was typed is still there."""
    path = tmp_path / name
    path.write_bytes(b"\xff\xd8" + os.urandom(size))
    become("resident", PHONE)
    page.goto(f"{server.url}/my/repairs/new")
    page.fill("textarea[name=text]", "窗户关不严")
    page.set_input_files("input[name=photos]", path)
    page.click("form[action='/my/repairs/send'] button[type=submit]")
    page.wait_for_selector(".alert-danger")
    assert name in page.inner_text(".alert-danger")
    assert page.input_value("textarea[name=text]") == "窗户关不严"
    found = admin("maintenance.request", "search", [["name", "=", "窗户关不严"]])
    assert not found


def test_figures(server, page, become):
    """Who is there, by person, and the figures open for the dispatcher."""
    become("dispatcher")
    for path in (
        "technicians-on-duty",
        "orders-by-person",
        "technician-load",
        "order-figures",
        "fault-causes",
        "contractors-compared",
    ):
        webclient.open_path(page, server.url, path)
        webclient.picture(page, f"orders-{path}")


@pytest.mark.parametrize(
    ("path", "word"), [("order-figures", "工时"), ("order-costs", "材料成本")]
)
def test_figures_as_workbook(server, page, become, tmp_path, path, word):
    """What the pivot shows, in Excel, with Chinese words."""
    become("dispatcher")
    webclient.open_path(page, server.url, path)
    page.locator(".o_pivot table").wait_for()
    with page.expect_download() as told:
        page.click(".o_pivot_download")
    file = tmp_path / "figures.xlsx"
    told.value.save_as(file)
    sheet = openpyxl.load_workbook(file).active
    words = [cell for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert word in " ".join(map(str, words)), words
