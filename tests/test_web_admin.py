"""An administrator sets everything up in the web client, without code.

One of each thing that can be configured is made: most by filling in its form in the
browser, the rest by the calls that the web client makes for it.
"""

import pytest
from conftest import WAIT
from webclient import Rpc, choose, no_error, open_path, picture, settle


@pytest.fixture(scope="module")
def server(make_database, odoo_server):
    return odoo_server(make_database("pm_test_admin"), "--load", "base,rpc,web")


@pytest.fixture(scope="module")
def rpc(server):
    return Rpc(server.url, server.database, "admin")


@pytest.fixture(scope="module")
def admin(server, browser):
    """The administrator, logged in once, with no error on the console at the end."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    page.set_default_timeout(WAIT)
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{server.url}/web/login")
    page.fill("input[name=login]", "admin")
    page.fill("input[name=password]", "admin")
    page.click(".oe_login_buttons button[type=submit]")
    page.wait_for_selector(".o_main_navbar")
    yield page
    context.close()
    assert not errors, errors


def fill(page, field, text, within=".o_form_view, .o_selected_row"):
    """Type into a field of the form, or of the row that is edited."""
    box = page.locator(within).last.locator(f"[name={field}]").first
    box.locator("input, textarea, .odoo-editor-editable").first.fill(text)


def new(page, url, path):
    """Open a list by its address and press New."""
    open_path(page, url, path)
    page.locator(".o_list_button_add:visible, .o-kanban-button-new:visible").click()
    page.wait_for_selector(".o_selected_row, .o_form_view")


def save(page):
    page.locator(".o_list_button_save:visible, .o_form_button_save:visible").click()
    page.wait_for_selector(
        ".o_selected_row, .o_form_status_indicator .invisible, .o_list_button_add",
        state="attached",
    )
    settle(page)


def found(rpc, of, /, **values):
    """The ids of the records with these values."""
    domain = [[name, "=", value] for name, value in values.items()]
    return rpc(of, "search", domain)


@pytest.mark.parametrize(
    ("path", "model", "values"),
    [
        ("property-service-categories", "pm.service.category", {"name": "Lift care"}),
        ("property-channels", "pm.channel", {"name": "Kiosk", "code": "kiosk"}),
        ("property-notice-kinds", "pm.notice.kind", {"name": "Pest control"}),
        ("property-document-types", "pm.document.type", {"name": "Fire permit"}),
        ("property-kpis", "pm.kpi", {"name": "Doors closed"}),
        (
            "property-clause-templates",
            "pm.contract.clause.template",
            {"name": "Quiet hours", "body": "Between 22 and 6 no noise."},
        ),
    ],
)
def test_by_name(server, rpc, admin, path, model, values):
    new(admin, server.url, path)
    for field, text in values.items():
        fill(admin, field, text)
    if model == "pm.kpi":
        admin.locator("[name=kind] label:has-text('Entered by Hand')").click()
    save(admin)
    picture(admin, f"admin-{path}")
    assert found(rpc, model, name=values["name"])


def test_standard(server, rpc, admin):
    new(admin, server.url, "property-standards")
    fill(admin, "code", "LIFT-01")
    fill(admin, "name", "Lift cabins")
    choose(admin, "category_id", "Cleaning")
    fill(admin, "requirement", "Clean and dry at any time.")
    save(admin)
    assert found(rpc, "pm.service.standard", code="LIFT-01")


def test_service_level_policy(server, rpc, admin):
    new(admin, server.url, "property-service-level-policies")
    fill(admin, "name", "Urgent needs")
    choose(admin, "model_id", "Customer Requirement")
    admin.locator("[name=target_ids] .o_field_x2many_list_row_add a").click()
    admin.wait_for_selector(".modal .o_form_view")
    fill(admin, "name", "Call back", within=".modal")
    fill(admin, "hours", "2:00", within=".modal")
    admin.locator(".modal .o_form_button_save").click()
    admin.wait_for_selector(".modal", state="detached")
    picture(admin, "admin-service-level-policy")
    save(admin)
    (policy,) = found(rpc, "pm.sla.policy", name="Urgent needs")
    (target,) = rpc(
        "pm.sla.target", "search_read", [["policy_id", "=", policy]], ["name", "hours"]
    )
    assert (target["name"], target["hours"]) == ("Call back", 2.0)


def test_approval_level(server, rpc, admin):
    new(admin, server.url, "property-approval-levels")
    fill(admin, "name", "Notices: second look")
    choose(admin, "model_id", "Notice")
    choose(admin, "reviewer_id", "Administrator")
    save(admin)
    assert found(rpc, "tier.definition", name="Notices: second look", model="pm.notice")


def test_attribute_of_an_estate(server, rpc, admin):
    estate = rpc("pm.property", "create", {"kind": "estate", "name": "A", "code": "A"})
    unit = rpc(
        "pm.property",
        "create",
        {"kind": "unit", "name": "A-1", "code": "A-1", "parent_id": estate},
    )
    attribute = {
        "name": "a1b2c3d4",
        "type": "char",
        "string": "Number of Keys",
        "value": "3",
        "definition_changed": True,
    }
    rpc(
        "pm.property", "web_save", [unit], {"attributes": [attribute]}, specification={}
    )
    definition = rpc("pm.property", "read", [estate], ["attribute_definition"])
    assert definition[0]["attribute_definition"][0]["string"] == "Number of Keys"
    open_path(admin, server.url, f"units/{unit}")
    admin.wait_for_selector("text=Number of Keys")


def test_automation_rule(server, rpc, admin):
    (model,) = found(rpc, "ir.model", model="pm.requirement")
    (activity,) = rpc("mail.activity.type", "search", [["name", "=", "To-Do"]])
    (rule,) = rpc(
        "base.automation",
        "web_save",
        [],
        {
            "name": "A new need: call back",
            "model_id": model,
            "trigger": "on_create",
            "action_server_ids": [
                [
                    0,
                    0,
                    {
                        "name": "Call back",
                        "model_id": model,
                        "state": "next_activity",
                        "usage": "base_automation",
                        "activity_type_id": activity,
                        "activity_summary": "Call back",
                        "activity_user_type": "generic",
                        "activity_user_field_name": "user_id",
                    },
                ]
            ],
        },
        specification={},
    )
    open_path(admin, server.url, f"property-automation-rules/{rule['id']}")
    admin.wait_for_selector("text=A new need: call back")
    no_error(admin)
    estate = rpc("pm.property", "create", {"kind": "estate", "name": "B", "code": "B"})
    need = rpc(
        "pm.requirement",
        "create",
        {"title": "Lamps", "prospect_name": "Li", "property_id": estate},
    )
    assert rpc(
        "mail.activity",
        "search_count",
        [
            ["res_id", "=", need],
            ["res_model", "=", "pm.requirement"],
            ["summary", "=", "Call back"],
        ],
    )
