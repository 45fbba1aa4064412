"""A visitor from the invitation to the way out, as each of those who take part.

The resident invites on the portal, the visitor opens the link without a login, and the
guard lets the visitor in and out on the phone.
"""

import pytest
import webclient

PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def server(linjiang, odoo_server):
    return odoo_server(linjiang("pm_test_web_gate"), "--load", "base,rpc,web")


@pytest.fixture(scope="module")
def people(server):
    """A gate, a guard, and the owner of a flat with a login for the portal."""
    admin = webclient.Rpc(server.url, server.database, "admin")
    (row,) = admin(
        "pm.occupancy",
        "search_read",
        [("role", "=", "owner"), ("property_id.kind", "=", "unit")],
        ["partner_id", "estate_id"],
        limit=1,
    )
    estate = row["estate_id"][0]
    admin(
        "pm.duty.post",
        "create",
        {"name": "北门岗", "property_id": estate, "is_gate": True},
    )
    groups = {
        name: admin("ir.model.data", "search_read", [("name", "=", name)], ["res_id"])
        for name in ("group_pm_guard", "group_portal")
    }
    common = {"lang": "zh_CN", "tz": "Asia/Shanghai"}
    admin(
        "res.users",
        "create",
        [
            {
                **common,
                "name": "门卫",
                "login": "gatekeeper",
                "password": "gatekeeper",
                "group_ids": [(6, 0, [groups["group_pm_guard"][0]["res_id"]])],
                "pm_estate_ids": [(6, 0, [estate])],
            },
            {
                **common,
                "login": "host",
                "password": "host",
                "partner_id": row["partner_id"][0],
                "group_ids": [(6, 0, [groups["group_portal"][0]["res_id"]])],
            },
        ],
    )
    return admin


def test_from_invitation_to_the_way_out(server, people, page, browser, login):
    page.set_viewport_size(PHONE)
    login(page, server.url, "host", "host")
    page.goto(f"{server.url}/my/passes")
    page.click("a[href='/my/passes/new']")
    page.fill("#visitor_name", "孙客人")
    page.click("form[action='/my/passes/send'] button[type=submit]")
    link = page.input_value("#pm_pass_link")
    number = page.locator("table, .fs-4").first.inner_text()
    webclient.picture(page, "gate_portal_pass")
    number = next(word for word in number.split() if word.startswith("AP"))

    visitor = browser.new_context(viewport=PHONE)
    shown = visitor.new_page()
    shown.goto(server.url + link[link.index("/pass/") :])
    assert number in shown.inner_text("body")
    assert shown.locator("img[src^='data:image/png']").count() == 1
    webclient.picture(shown, "gate_visitor_pass")
    visitor.close()

    page.goto("about:blank")
    page.context.clear_cookies()
    login(page, server.url, "gatekeeper", "gatekeeper")
    # the app of a guard opens with the gate
    page.goto(f"{server.url}/odoo/gate")
    page.wait_for_selector(".o_pm_gate")
    page.fill(".o_pm_gate_text", link)
    page.press(".o_pm_gate_text", "Enter")
    page.wait_for_selector(".o_pm_gate_answer:has-text('孙客人')")
    webclient.picture(page, "gate_answer")
    page.click(".o_pm_gate_in")
    page.wait_for_selector(".o_pm_gate_answer", state="detached")
    page.fill(".o_pm_gate_text", number)
    page.press(".o_pm_gate_text", "Enter")
    page.click(".o_pm_gate_out")
    page.wait_for_selector(".o_pm_gate_answer", state="detached")
    webclient.no_error(page)
    log = people("pm.gate.log", "search_read", [], ["direction", "turn"], order="id")
    assert [(row["direction"], row["turn"]) for row in log] == [("in", 1), ("out", 1)]

    # a second time it opens nothing
    page.fill(".o_pm_gate_text", number)
    page.press(".o_pm_gate_text", "Enter")
    page.wait_for_selector(".o_pm_gate_away")
    assert not page.locator(".o_pm_gate_in").count()
