"""A new customer in the web client: from the questionnaire to a contract on file.

Customer service and the estate manager do it as they would, in Chinese, by what is
on the screen; nobody opens a technical menu.
"""

import re

import pytest
import webclient
from PyPDF2 import PdfWriter

CUSTOMER = "明德设计有限公司"
ESTATE = "临江花园"
UNIT = f"{ESTATE} 1-1-1001"
_ASKED_OR_TURNED = """text => document.querySelector(".modal .btn-primary")
    || document.querySelector(".o_survey_form")?.innerText !== text"""


@pytest.fixture(scope="module")
def server(linjiang, odoo_server):
    return odoo_server(linjiang("pm_test_customer"), "--load", "base,rpc,web")


@pytest.fixture
def scan(tmp_path):
    path = tmp_path / "合同扫描件.pdf"
    document = PdfWriter()
    document.add_blank_page(210, 297)
    document.write(path)
    return path


def test_from_questionnaire_to_contract(server, page, login, scan):
    def become(user):
        page.evaluate("() => location.protocol == 'about:' || localStorage.clear()")
        page.goto("about:blank")  # nothing goes on behind the new session
        page.context.clear_cookies()
        login(page, server.url, user, user)

    become("service")
    make_customer(page, server)
    answer_at_the_counter(page, server)
    make_plan(page, server)
    price_plan(page)
    become("manager")
    open_of_customer(page, server, "property-service-plans")
    approve(page)
    become("service")
    open_of_customer(page, server, "property-service-plans")
    webclient.press(page, "action_present")
    accept_plan(page)
    complete_contract(page)
    become("manager")
    open_of_customer(page, server, "property-contracts")
    approve(page)
    sign_on_paper(page, scan)
    # its first day has come, so it starts with the last signature
    webclient.reaches(page, "active")
    webclient.picture(page, "contract-active")
    check_result(server)


def make_customer(page, server):
    webclient.open_path(page, server.url, "property-customers/new")
    page.fill(
        ".o_field_widget[name=name] :is(input, textarea)",
        CUSTOMER,
    )
    webclient.choose(page, "pm_estate_id", ESTATE)
    webclient.save(page)


def answer_at_the_counter(page, server):
    """Open the questionnaire for the customer and take the first answer of each."""
    webclient.open_path(page, server.url, "property-requirements")
    webclient.show_list(page)
    page.locator(".o_control_panel_main_buttons button").last.click()
    page.locator(".modal .o_field_widget[name=mode] input").nth(2).check()
    webclient.choose(page, "partner_ids", CUSTOMER)
    webclient.choose(page, "property_id", UNIT)
    with page.expect_popup() as popup:
        page.click(".modal button[name=action_confirm]:visible")
    survey = popup.value
    submit = survey.locator(
        ".o_survey_form button[type=submit]:visible:not(.o_survey_navigation_submit)"
    )
    done = survey.locator(".o_survey_finished")
    while True:
        submit.or_(done).first.wait_for()
        if done.count():
            break
        for question in survey.locator(".js_question-wrapper:visible").all():
            choice = question.locator("label.o_survey_choice_btn, .o_survey_choice_btn")
            if choice.count():
                choice.first.click()
        shown = survey.locator(".o_survey_form").inner_text()
        submit.first.click()
        survey.wait_for_function(_ASKED_OR_TURNED, arg=shown)
        if survey.locator(".modal .btn-primary").count():
            survey.click(".modal .btn-primary")
            done.wait_for()
    survey.close()


def make_plan(page, server):
    """Put all needs of the customer into one plan."""
    webclient.open_path(page, server.url, "property-requirements")
    webclient.show_list(page)
    webclient.search(page, CUSTOMER)
    page.check(".o_list_view thead .o_list_record_selector input")
    page.click(".o_control_panel button[name=action_make_plan]")
    page.wait_for_selector(".o_form_view .o_field_widget[name=line_ids] .o_data_row")


def price_plan(page):
    """Give the first service a price and submit the plan."""
    page.locator("[name=line_ids] .o_data_row td[name=name]").first.click()
    page.click(".modal .o_field_widget[name=method] input")
    page.locator(".o_select_menu_item", has_text=re.compile("固定|Fixed")).click()
    page.fill(".modal .o_field_widget[name=surcharge] input", "3800")
    page.click(".modal footer .o_form_button_save, .modal footer .btn-primary")
    page.wait_for_selector(".modal", state="detached")
    webclient.press(page, "action_submit")
    webclient.reaches(page, "approval")


def open_of_customer(page, server, path):
    """Find the customer's record in a list and open it."""
    webclient.open_path(page, server.url, path)
    webclient.show_list(page)
    webclient.search(page, CUSTOMER)
    assert webclient.open_first_row(page)


def approve(page):
    webclient.reaches(page, "approval")
    webclient.press(page, "validate_tier")
    webclient.reaches(page, "approved")


def accept_plan(page):
    webclient.reaches(page, "presented")
    webclient.press(page, "action_open_accept")
    page.fill(".modal .o_field_widget[name=signed_by] input", "李明德")
    page.click(".modal button[name=action_accept]")
    webclient.reaches(page, "accepted")
    webclient.picture(page, "service-plan")


def complete_contract(page):
    """The accepted plan makes the contract; it has fees, parties and clauses."""
    webclient.press(page, "action_make_contract")
    webclient.reaches(page, "draft")
    webclient.press(page, "action_submit")
    webclient.reaches(page, "approval")


def sign_on_paper(page, scan):
    webclient.press(page, "action_sign")
    page.locator(".modal .o_field_widget[name=line_ids] .o_data_row").first.wait_for()
    page.set_input_files(".modal input[type=file]", str(scan))
    page.locator(".modal .o_attachment").wait_for()
    page.click(".modal .modal-title")  # closes the calendar
    rows = page.locator(".modal [name=line_ids] .o_data_row")
    for row in rows.all():
        row.locator("td[name=signatory]").click()
        page.fill(".modal [name=line_ids] td[name=signatory] input", "李明德")
    webclient.picture(page, "sign-on-paper")
    page.click(".modal button[name=action_confirm]")


def check_result(server):
    """What the screens made is one whole: fees, clauses, duties and papers."""
    manager = webclient.Rpc(server.url, server.database, "manager")
    (contract,) = manager(
        "pm.contract",
        "search_read",
        [("partner_id.name", "=", CUSTOMER)],
        ["state", "plan_id", "amount_month", "clause_ids", "obligation_ids"],
    )
    assert contract["state"] == "active"
    assert contract["amount_month"] == 3800
    assert contract["plan_id"] and contract["clause_ids"]
    assert contract["obligation_ids"]
    needs = manager(
        "pm.requirement",
        "search_read",
        [("partner_id.name", "=", CUSTOMER)],
        ["state", "plan_id", "channel_id"],
    )
    assert len(needs) > 3
    assert {need["plan_id"][0] for need in needs} == {contract["plan_id"][0]}
    files = manager(
        "dms.file",
        "search_count",
        [("res_model", "=", "pm.contract"), ("res_id", "=", contract["id"])],
    )
    assert files == 1
