"""An estate manager takes the Linjiang estate over in the web client."""

import json

import pytest
import webclient
from conftest import REGISTER

EXPECTED = json.loads(REGISTER.with_name("expected.json").read_text(encoding="utf-8"))
ESTATE = "临江花园"
_WATCH = """() => {
    window.pmProgress = [];
    new MutationObserver(() => {
        const bar = document.querySelector(".o_form_view .progress-bar");
        if (bar) {
            window.pmProgress.push(Number(bar.getAttribute("aria-valuenow")));
        }
    }).observe(document.body, { childList: true, subtree: true, attributes: true });
}"""


@pytest.fixture(scope="module")
def server(make_database, odoo_server):
    database = make_database("pm_test_import")
    server = odoo_server(database, "--load", "base,rpc,web")
    admin = webclient.Rpc(server.url, database, "admin")
    group = admin(
        "ir.model.data",
        "search_read",
        [("module", "=", "pm_core"), ("name", "=", "group_pm_estate_manager")],
        ["res_id"],
    )
    admin(
        "res.users",
        "create",
        {
            "name": "manager",
            "login": "manager",
            "password": "manager",
            "lang": "zh_CN",
            "group_ids": [[4, group[0]["res_id"]]],
        },
    )
    return server


def test_estate_is_taken_over(server, page, login):
    login(page, server.url, "manager", "manager")
    webclient.open_path(page, server.url, "take-over/new")
    page.fill(".o_field_widget[name=estate_name] input", ESTATE)
    page.set_input_files(".o_field_widget[name=file] input[type=file]", REGISTER)
    webclient.press(page, "action_check")

    refused = [fault for fault in EXPECTED["faults"] if not fault["importable"]]
    rows = page.locator(".o_field_widget[name=issue_ids] .o_data_row")
    rows.first.wait_for()
    shown = {int(row.locator("[name=row]").inner_text()): row for row in rows.all()}
    assert set(shown) == {fault["row"] for fault in refused}
    for fault in refused:
        row = shown[fault["row"]]
        assert row.locator("[name=sheet]").inner_text() == fault["sheet"]
        assert row.locator("[name=column]").inner_text()
        assert len(row.locator("[name=message]").inner_text()) > 10
    webclient.picture(page, "import")

    page.evaluate(_WATCH)
    webclient.press(page, "action_import")
    page.wait_for_selector(".o_form_view button[name=action_view_estate]")
    seen = page.evaluate("window.pmProgress")
    assert any(0 < percent < 100 for percent in seen), seen
    assert not page.locator(".o_form_view .progress-bar").count()

    webclient.press(page, "action_view_estate")
    count = page.locator(".o_field_widget[name=unit_count]").first
    assert count.inner_text().replace(",", "").startswith(str(EXPECTED["units"]))
    webclient.press(page, "action_view_parts")
    page.wait_for_selector(".o_list_view .o_data_row")
    assert str(EXPECTED["units"]) in page.locator(".o_pager").inner_text()


@pytest.mark.console_errors("")
def test_file_that_is_no_workbook_is_refused(server, page, login, tmp_path):
    picture = tmp_path / "picture.xlsx"
    picture.write_bytes(b"no workbook")
    login(page, server.url, "manager", "manager")
    webclient.open_path(page, server.url, "take-over/new")
    page.fill(".o_field_widget[name=estate_name] input", "另一个项目")
    page.set_input_files(".o_field_widget[name=file] input[type=file]", picture)
    webclient.press(page, "action_check")
    dialog = page.locator(".modal .modal-body")
    dialog.wait_for()
    assert "picture.xlsx" in dialog.inner_text()
    manager = webclient.Rpc(server.url, server.database, "manager")
    assert not manager("pm.property", "search_count", [("name", "=", "另一个项目")])
