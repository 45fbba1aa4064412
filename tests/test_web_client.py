"""The environment that everything else stands on: a server, a page, its icons."""

import pytest


@pytest.fixture(scope="module")
def server(make_database, odoo_server):
    return odoo_server(make_database("pm_test_web"))


def test_web_client_opens_with_icons(server, page, login):
    login(page, server.url, "admin", "admin")
    page.wait_for_selector(".o_main_navbar")
    assert page.evaluate("document.fonts.load('16px FontAwesome').then(f => f.length)")
    assert page.evaluate("document.fonts.check('16px FontAwesome')")


def test_pages_for_visitors_have_their_scripts(server, page):
    response = page.goto(f"{server.url}/web/login")
    assert response.ok
    # a script shows the form, or the people who logged in here before
    page.locator("input[name=login]").wait_for(state="visible")
