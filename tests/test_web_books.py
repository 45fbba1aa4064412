"""Books in the web client: statements matched and owners informed.

The accountant reads a file of the bank, makes a receipt of a line and takes it back;
the manager of the estate issues a statement.
"""

import csv
import io

import pytest
import webclient

PLACE = "3-1"


@pytest.fixture(scope="module")
def database(linjiang):
    return linjiang("pm_test_books")


@pytest.fixture(scope="module")
def server(database, odoo_server):
    return odoo_server(database, "--load", "base,rpc,web")


@pytest.fixture(scope="module")
def admin(server):
    """Who sets the company up."""
    return webclient.Rpc(server.url, server.database, "admin")


@pytest.fixture(scope="module")
def bank(admin):
    """An account of the bank, whose files are read."""
    (mapping,) = admin(
        "account.statement.import.sheet.mapping",
        "search",
        [("pm_kind", "=", "bank")],
        limit=1,
    )
    vals = {"name": "工行基本户", "code": "GHJB", "type": "bank", "pm_channel": "bank"}
    vals["default_sheet_mapping_id"] = mapping
    journal = admin("account.journal", "create", vals)
    admin("account.journal", "action_pm_set_up_channel", [journal])
    return vals["name"]


@pytest.fixture(scope="module")
def bill(server):
    """A customer with a bill: name and what is owed."""
    clerk = webclient.Rpc(server.url, server.database, "clerk")
    (scope,) = clerk("pm.property", "search", [("code", "=", PLACE)])
    vals = {"date_from": "2026-10-01", "date_to": "2026-10-31"}
    run = clerk("pm.bill.run", "create", {"property_id": scope, **vals})
    for step in ("action_prepare", "action_confirm"):
        clerk("pm.bill.run", step, [run], context=webclient.AT_ONCE)
    (charge,) = clerk(
        "pm.charge",
        "search_read",
        [("amount_residual", ">", 100)],
        ["partner_id"],
        order="id",
        limit=1,
    )
    charges = clerk(
        "pm.charge",
        "search_read",
        [("partner_id", "=", charge["partner_id"][0]), ("amount_residual", ">", 0)],
        ["amount_residual"],
    )
    return charge["partner_id"][1], sum(row["amount_residual"] for row in charges)


def statement(payer, amount):
    """What the bank hands out: a transfer, and its own fee."""
    headings = "交易日期,摘要,借方金额,贷方金额,余额,对方户名,对方账号,附言"
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(headings.split(","))
    rows.writerow(
        ["2026-11-10", "转账", "", amount, amount, f"{payer}的父亲", "622202", "代交"]
    )
    rows.writerow(["2026-11-10", "手续费", "5.00", "", amount - 5, "", "", ""])
    return text.getvalue().encode("gb18030")


def test_a_statement_is_read_matched_and_taken_back(server, bank, bill, page, become):
    payer, owed = bill
    become("accountant")
    webclient.open_path(page, server.url, "statement-files/new")
    page.set_input_files(
        ".o_field_widget[name=file] input[type=file]",
        {
            "name": "工行2026-11.csv",
            "mimeType": "text/csv",
            "buffer": statement(payer, round(owed, 2)),
        },
    )
    webclient.choose(page, "journal_id", bank)
    webclient.picture(page, "books-file-new")
    webclient.press(page, "action_read")
    webclient.reaches(page, "read")
    page.wait_for_selector(".o_field_widget[name=line_ids] .o_data_row")
    webclient.picture(page, "books-file-read")
    number = page.url.rsplit("/", 1)[-1]

    # what is left: who paid is said by hand, once
    webclient.open_path(page, server.url, "statement-left")
    page.wait_for_selector(".o_list_view .o_data_row")
    webclient.picture(page, "books-left")
    page.click(".o_data_row button[name=action_pm_receipt]")
    webclient.choose(page, "partner_id", payer)
    page.wait_for_selector(".modal .o_field_widget[name=amount_open]")
    webclient.picture(page, "books-payer")
    webclient.press(page, "action_make")
    page.wait_for_selector(".modal", state="detached")
    webclient.no_error(page)

    accountant = webclient.Rpc(server.url, server.database, "accountant")
    shown = [("pm_file_id", "=", int(number)), ("amount", ">", 0)]
    fields = ["is_reconciled", "pm_matched_by"]
    (line,) = accountant("account.bank.statement.line", "search_read", shown, fields)
    assert line["is_reconciled"] and line["pm_matched_by"] == "hand"

    # and taken back, in the list in which lines are matched
    webclient.open_path(page, server.url, f"statement-files/{number}")
    page.click(".oe_stat_button[name=action_view_lines]")
    page.wait_for_selector(".o_kanban_record:not(.o_kanban_ghost), .o_list_view")
    webclient.picture(page, "books-lines")
    page.locator(".o_kanban_record", has_text="转账").first.click()
    undo = page.locator("button[name=unreconcile_bank_line]")
    undo.wait_for()
    webclient.picture(page, "books-line")
    undo.click()
    webclient.confirm(page)
    undo.wait_for(state="detached")
    webclient.no_error(page)
    webclient.picture(page, "books-undone")
    (line,) = accountant("account.bank.statement.line", "search_read", shown, fields)
    assert not line["is_reconciled"] and not line["pm_matched_by"]


def test_the_owners_get_their_statement(server, page, become, tmp_path):
    become("manager")
    webclient.open_path(page, server.url, "estate-statements/new")
    webclient.choose(page, "property_id", "临江花园")
    webclient.choose(page, "report_id", "酬金制")
    webclient.picture(page, "books-statement-new")
    webclient.press(page, "action_issue")
    webclient.reaches(page, "issued")
    webclient.picture(page, "books-statement")
    with page.expect_download() as download:
        page.click(
            ".o_field_widget[name=pdf] .fa-download, .o_field_widget[name=pdf] a"
        )
    path = tmp_path / "owners.pdf"
    download.value.save_as(path)
    assert path.read_bytes().startswith(b"%PDF")
