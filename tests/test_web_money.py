"""Money in the web client: each hand presses what is its own, and nothing else.

The cashier takes and uses a prepayment, gives one back that somebody else approved,
and counts the drawer; the clerk duns and writes a promise down.
"""

import pytest
import webclient

PLACE = "3-1"


@pytest.fixture(scope="module")
def database(linjiang):
    return linjiang("pm_test_money")


@pytest.fixture(scope="module")
def server(database, odoo_server):
    return odoo_server(database, "--load", "base,rpc,web")


@pytest.fixture(scope="module")
def clerk(server):
    return webclient.Rpc(server.url, server.database, "clerk")


@pytest.fixture(scope="module")
def owing(clerk):
    """An entrance with bills that are overdue: (unit, who pays) of each charge."""
    bill(clerk, "2026-09-01", "2026-09-30")
    charges = clerk(
        "pm.charge",
        "search_read",
        [("amount_residual", ">", 100), ("amount_residual", "<", 200)],
        ["property_id", "partner_id"],
        order="property_id, id",
    )
    # of one flat, and found by a name that nobody shares
    return [
        (row["property_id"][1], row["partner_id"][1])
        for row in charges[:12]
        if clerk("res.partner", "search_count", [("name", "=", row["partner_id"][1])])
        == 1
        and clerk(
            "pm.charge", "search_count", [("partner_id", "=", row["partner_id"][0])]
        )
        == 2
    ]


def bill(clerk, first, last):
    (scope,) = clerk("pm.property", "search", [("code", "=", PLACE)])
    vals = {"date_from": first, "date_to": last, "date_invoice": first}
    run = clerk("pm.bill.run", "create", {"property_id": scope, **vals})
    for step in ("action_prepare", "action_confirm"):
        clerk("pm.bill.run", step, [run], context=webclient.AT_ONCE)


def amount(page, field):
    """What a field of money shows, as a number."""
    box = page.locator(f".o_field_widget[name={field}]:visible").last
    text = box.inner_text() or box.locator("input").input_value()
    return float(text.strip("¥\xa0 ").replace(",", ""))


def counter(page, place):
    """Open the counter by the menu, for a unit."""
    page.click(".o_menu_sections button:has-text('费用')")
    page.click(".o-dropdown--menu a:has-text('收款台')")
    webclient.settle(page)
    webclient.choose(page, "property_id", place)
    page.wait_for_selector(".modal .o_field_widget[name=amount_open]")


def test_a_prepayment_is_taken_and_used(server, clerk, owing, page, login):
    login(page, server.url, "cashier", "cashier")
    counter(page, owing[0][0])
    page.wait_for_selector(".modal .o_field_widget[name=charge_ids] .o_data_row")
    due = amount(page, "amount_open")
    page.locator(".modal .o_field_widget[name=amount] input").fill(f"{due + 500:.2f}")
    page.keyboard.press("Tab")
    page.wait_for_selector(".modal .o_field_widget[name=amount_over]:visible")
    assert amount(page, "amount_over") == 500
    webclient.picture(page, "money-counter-over")
    webclient.press(page, "action_pay")
    page.wait_for_selector(".o_form_view .o_field_widget[name=amount_prepaid]")
    assert amount(page, "amount_prepaid") == 500
    webclient.picture(page, "money-receipt-over")

    bill(clerk, "2026-10-01", "2026-10-31")
    webclient.open_path(page, server.url, "fee-receipts")
    counter(page, owing[0][0])
    page.wait_for_selector(".modal .o_field_widget[name=charge_ids] .o_data_row")
    assert amount(page, "amount_prepaid") == 500
    webclient.picture(page, "money-counter-prepaid")
    webclient.press(page, "action_pay")
    page.wait_for_selector(".o_form_view .o_field_widget[name=amount_applied]")
    webclient.picture(page, "money-receipt-prepaid")


def test_a_refund_needs_others(server, owing, page, become):
    """Customer service asks, the manager approves, the cashier pays."""
    become("service")
    webclient.open_path(page, server.url, "outgoing-payments/new")
    webclient.choose(page, "partner_id", owing[0][1])
    webclient.choose(page, "property_id", owing[0][0])
    page.locator(".o_field_widget[name=amount] input").fill("120")
    page.locator(".o_field_widget[name=reason] input").fill("搬家退预收")
    webclient.press(page, "action_submit")
    webclient.reaches(page, "approval")
    webclient.picture(page, "money-refund-asked")
    number = page.url.rsplit("/", 1)[-1]

    become("manager")
    webclient.open_path(page, server.url, f"outgoing-payments/{number}")
    webclient.press(page, "validate_tier")
    webclient.reaches(page, "approved")
    webclient.picture(page, "money-refund-approved")

    become("cashier")
    webclient.open_path(page, server.url, f"outgoing-payments/{number}")
    webclient.press(page, "action_pay")
    webclient.confirm(page)
    webclient.reaches(page, "paid")
    webclient.picture(page, "money-refund-paid")


def test_the_drawer_is_counted(server, owing, page, become):
    become("cashier")
    webclient.open_path(page, server.url, "my-day-close")
    webclient.open_first_row(page)
    page.wait_for_selector(".o_field_widget[name=line_ids] .o_data_row")
    webclient.picture(page, "money-day")
    page.click(".o_notebook .nav-link[name=pieces]")
    hundreds = page.locator(".o_field_widget[name=count_ids] .o_data_row").first
    hundreds.locator("td[name=quantity]").click()
    page.locator(".o_field_widget[name=quantity] input").fill("5")
    page.keyboard.press("Tab")
    webclient.picture(page, "money-day-pieces")
    page.click(".o_notebook .nav-link[name=methods]")
    cash = page.locator(".o_field_widget[name=line_ids] .o_data_row").first
    cash.locator("td[name=reason]").click()
    page.locator(".o_field_widget[name=reason] input").fill("找零差错")
    webclient.save(page)
    webclient.picture(page, "money-day-counted")
    webclient.press(page, "action_close")
    webclient.confirm(page)
    webclient.reaches(page, "closed")
    webclient.picture(page, "money-day-closed")


def test_arrears_reminded_promised_and_left_alone(server, owing, page, become):
    """A round of notices; who promises to pay is in no later round."""
    become("clerk")
    number = dun(page, server, "门户提醒")
    become("manager")
    webclient.open_path(page, server.url, f"dunning/{number}")
    webclient.press(page, "action_check")
    webclient.reaches(page, "checked")
    become("clerk")
    webclient.open_path(page, server.url, f"dunning/{number}")
    webclient.press(page, "action_send")
    webclient.confirm(page)
    webclient.reaches(page, "sent")
    webclient.picture(page, "money-dunning-sent")
    show_lines(page)
    webclient.picture(page, "money-dunned")
    webclient.open_first_row(page)
    name = page.locator(".o_field_widget[name=partner_id]").first.inner_text()
    webclient.picture(page, "money-dunned-one")
    webclient.press(page, "action_promise")
    page.wait_for_selector(".o_form_view button[name=action_confirm]")
    page.locator(
        ".o_field_widget[name=line_ids] .o_field_x2many_list_row_add a"
    ).click()
    owed = amount(page, "amount_open")
    day = page.locator(".o_field_widget[name=line_ids] td[name=date] input")
    day.fill("2027-03-31")
    page.keyboard.press("Tab")
    page.locator(".o_field_widget[name=line_ids] td[name=amount] input").fill(
        f"{owed:.2f}"
    )
    webclient.picture(page, "money-promise-new")
    webclient.press(page, "action_confirm")
    webclient.reaches(page, "active")
    webclient.picture(page, "money-promise")

    # when the days to pay of the first round are over
    dun(page, server, "消息", "2027-01-20")
    show_lines(page)
    names = page.locator(".o_data_row td[name=partner_id]").all_inner_texts()
    assert names and name not in names
    webclient.picture(page, "money-dunning-next")


def show_lines(page):
    """Go from a round to the list of its customers."""
    page.click(".oe_stat_button[name=action_view_lines]")
    page.locator(".o_form_view").wait_for(state="detached")
    page.wait_for_selector(".o_list_view .o_data_row")


def dun(page, server, level, day=None):
    """Make the list of a round with one level; return its number in the address."""
    webclient.open_path(page, server.url, "dunning/new")
    webclient.choose(page, "property_id", PLACE)
    if day:
        # shown as a button until it is entered
        date = page.locator(".o_field_widget[name=date]")
        date.locator("button, input").first.click()
        date.locator("input").fill(day)
        page.keyboard.press("Tab")
    webclient.choose(page, "level_ids", level)
    page.wait_for_selector(".o_field_widget[name=level_ids] .o_tag")
    webclient.press(page, "action_prepare")
    webclient.reaches(page, "prepared")
    webclient.picture(page, f"money-dunning-{level}")
    return page.url.rsplit("/", 1)[-1]
