"""Papers in the web client: put on file, refused, found again."""

import base64
import io

import pytest
import requests
import webclient
from PyPDF2 import PdfWriter


def _page():
    """The bytes of a document of one empty page."""
    document = PdfWriter()
    document.add_blank_page(210, 297)
    stream = io.BytesIO()
    document.write(stream)
    return stream.getvalue()


PDF = _page()
LINE = ".o_field_widget[name=pm_document_ids] .o_data_row"


@pytest.fixture(scope="module")
def server(linjiang, odoo_server):
    return odoo_server(linjiang("pm_test_archive"), "--load", "base,rpc,web")


@pytest.fixture(scope="module")
def contract(server):
    """The contract that the register brought, with its checklist."""
    call = webclient.Rpc(server.url, server.database, "service")
    return call("pm.contract", "search", [], limit=1)[0]


def attach(page, name, content):
    page.set_input_files(
        ".modal .o_field_widget[name=attachment_ids] input[type=file]",
        {"name": name, "mimeType": "application/pdf", "buffer": content},
    )


def test_a_paper_is_put_on_file(server, contract, page, login):
    login(page, server.url, "service", "service")
    webclient.open_path(page, server.url, f"property-contracts/{contract}")
    page.click(".o_notebook a[name=documents]")
    page.locator(f"{LINE} .o_data_cell").first.click()
    page.wait_for_selector(".modal .o_form_view")

    attach(page, "合同.pdf", b"MZ a program")
    notice = page.locator(".o_notification")
    notice.wait_for()
    assert "合同.pdf" in notice.inner_text()
    assert not page.locator(".modal .o_attachment").count()

    attach(page, "合同.pdf", PDF)
    page.locator(".modal .o_attachment").wait_for()
    page.click(".modal footer .o_form_button_save")
    page.wait_for_selector(".modal", state="detached")
    page.locator(f"{LINE}:has-text('合同.pdf')").wait_for()
    page.click(".o_form_button_save:visible")
    page.locator("button[name=action_pm_files]").wait_for()
    webclient.picture(page, "documents")

    call = webclient.Rpc(server.url, server.database, "service")
    kept = [("res_model", "=", "pm.contract"), ("res_id", "=", contract)]
    assert call("pm.document", "search_count", [*kept, ("state", "=", "present")]) == 1
    assert call("dms.file", "search_count", kept) == 1

    webclient.press(page, "action_pm_files")
    page.locator(".o_list_view .o_data_row:has-text('合同.pdf')").wait_for()


def test_the_file_of_a_customer(server, page, login):
    call = webclient.Rpc(server.url, server.database, "service")
    customer = call(
        "res.partner",
        "search",
        [("pm_occupancy_ids.is_current", "=", True)],
        limit=1,
    )
    login(page, server.url, "service", "service")
    webclient.open_path(page, server.url, f"property-customers/{customer[0]}")
    page.locator(".o_field_widget[name=pm_occupancy_ids] .o_data_row").first.wait_for()
    page.click(".o_notebook a[name=pm_documents]")
    webclient.press(page, "action_pm_make_checklist")
    page.locator(LINE).first.wait_for()
    webclient.picture(page, "customer-file")


def test_nobody_gets_a_file_by_its_address(server, contract):
    call = webclient.Rpc(server.url, server.database, "service")
    attachment = call(
        "ir.attachment",
        "create",
        {
            "name": "secret.pdf",
            "datas": base64.b64encode(PDF).decode(),
            "res_model": "pm.contract",
            "res_id": contract,
        },
    )
    file = call("dms.file", "search", [("attachment_id", "=", attachment)])[0]
    addresses = (
        f"/web/content/{attachment}",
        f"/web/content/dms.file/{file}/content",
        f"/my/dms/file/{file}/download",
    )
    assert PDF in call.session.get(server.url + addresses[0]).content
    for address in addresses:
        assert PDF not in requests.get(server.url + address, timeout=60).content
