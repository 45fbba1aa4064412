"""An emergency on the phone: the alarm in two taps, steps, the end; and who joins."""

import pytest
import webclient

PAGE = ".o_pm_emergency_page"
STEP = f"{PAGE} .o_pm_emergency_step"


@pytest.fixture(scope="module")
def server(linjiang, odoo_server):
    server = odoo_server(linjiang("pm_web_emergency"))
    server.database = "pm_web_emergency"
    return server


@pytest.fixture
def phone(browser):
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, locale="zh-CN", has_touch=True
    )
    page = context.new_page()
    page.set_default_timeout(120000)
    yield page
    context.close()


def test_two_taps_raise_the_alarm(server, phone, login):
    login(phone, server.url, "staff", "staff")
    phone.click(".o_pm_emergency_button button")
    phone.click(f"{PAGE} button.btn-danger")
    phone.locator(f"{PAGE} .col-6 button").nth(1).click()
    phone.select_option("#pm_place", index=1)
    phone.fill("#pm_words", "两人被困")
    webclient.picture(phone, "emergency-alarm")
    phone.click(f"{PAGE} button.btn-danger")
    phone.wait_for_selector(STEP)
    webclient.picture(phone, "emergency-running")
    # the numbers outside are one tap
    assert phone.locator(f"{PAGE} a[href='tel:120']").count()
    phone.locator(STEP).first.click()
    phone.wait_for_selector(f"{PAGE} .fa-check-square-o")
    manager = webclient.Rpc(server.url, server.database, "manager")
    (running,) = manager("pm.emergency", "get_board")["running"]
    assert (running["done"], running["is_untold"]) == (1, True)
    # nobody is pushed off the page of a phone
    width = phone.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    # who raises it again joins
    (plan,) = manager("pm.emergency", "read", [running["id"]], ["plan_id"])
    again = manager("pm.emergency.plan", "action_activate", [plan["plan_id"][0]])
    assert again == [running["id"]]
    phone.locator(f"{PAGE} .btn-outline-success").last.click()
    phone.locator(f"{PAGE} .border-primary .btn-primary").click()
    phone.wait_for_selector(f"{PAGE} .text-bg-secondary")
    assert not manager("pm.emergency", "get_board")["running"]
