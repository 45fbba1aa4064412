"""A month in the web client: the clerk bills a building, the cashier takes money."""

from pathlib import Path

import pytest
import webclient

BUILDING = "1"


@pytest.fixture(scope="module")
def database(linjiang):
    return linjiang("pm_test_month")


@pytest.fixture(scope="module")
def server(database, odoo_server):
    """The server for people; it works no jobs."""
    return odoo_server(database, "--load", "base,rpc,web")


@pytest.fixture(scope="module")
def worker(database, odoo_server):
    """The second process, which works the jobs."""
    return odoo_server(database)


def test_clerk_bills_a_building(server, worker, page, login):
    login(page, server.url, "clerk", "clerk")
    webclient.open_path(page, server.url, "bill-runs/new")
    webclient.choose(page, "property_id", f"临江花园 {BUILDING}")
    webclient.press(page, "action_prepare")
    page.locator("button[name=action_confirm]").wait_for()
    total = page.locator(".o_field_widget[name=amount_total]").inner_text()
    webclient.press(page, "action_confirm")
    webclient.confirm(page)
    page.wait_for_selector(
        ".o_statusbar_status .o_arrow_button_current[data-value=done]"
    )
    assert page.locator(".o_field_widget[name=amount_total]").inner_text() == total
    webclient.picture(page, "bill-run")

    clerk = webclient.Rpc(server.url, server.database, "clerk")
    (run,) = clerk(
        "pm.bill.run",
        "search_read",
        [],
        [
            "property_id",
            "charge_count",
            "posted_count",
            "invoice_count",
            "exception_count",
        ],
    )
    assert run["charge_count"] == run["posted_count"] == 2 * run["invoice_count"]
    assert run["invoice_count"] == 144
    assert not run["exception_count"]


def test_cashier_takes_a_payment(server, page, login, tmp_path):
    login(page, server.url, "cashier", "cashier")
    page.click(".o_menu_sections button:has-text('费用')")
    page.click(".o-dropdown--menu a:has-text('收款台')")
    webclient.settle(page)
    webclient.choose(page, "property_id", "1-1-1001")
    page.wait_for_selector(".modal .o_field_widget[name=charge_ids] .o_data_row")
    webclient.picture(page, "counter")
    with page.expect_download() as download:
        webclient.press(page, "action_pay_print")
    receipt = tmp_path / download.value.suggested_filename
    download.value.save_as(receipt)
    assert receipt.read_bytes().startswith(b"%PDF")
    assert receipt.suffix == ".pdf"
    assert _text(receipt).count("临江花园")
    cashier = webclient.Rpc(server.url, server.database, "cashier")
    open_charges = cashier(
        "pm.charge",
        "search_count",
        [("property_id.code", "=", "1-1-1001"), ("amount_residual", ">", 0)],
    )
    assert not open_charges


def test_collection_rate_is_shown(server, page, login):
    login(page, server.url, "manager", "manager")
    webclient.open_path(page, server.url, "units")
    page.wait_for_selector(".o_list_view .o_data_row")
    webclient.picture(page, "register")
    webclient.open_path(page, server.url, "collection-rate")
    page.wait_for_selector(".o_pivot td")
    cells = page.locator(".o_pivot tbody tr").first.locator("td").all_inner_texts()
    due, received, written_off, still_open, rate = (
        float(text.strip("¥ %\xa0").replace(",", "")) for text in cells
    )
    assert received > 0
    assert round(due - received - written_off - still_open, 2) == 0
    assert rate == round(100 * received / due, 2)
    webclient.picture(page, "collection")


def _text(path: Path):
    """The text of a PDF."""
    reader = pytest.importorskip("PyPDF2").PdfReader(str(path))
    return "".join(page.extract_text() for page in reader.pages)
