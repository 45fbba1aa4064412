"""Fixtures for tests of the whole product: databases, server processes, a browser.

These tests start Odoo as a user would, in processes of its own, and look at it from
outside; the addons' own tests run inside Odoo and use none of this.
"""

import os
import re
import socket
import urllib.parse
from pathlib import Path

import pytest

from tooling import databases, layout, odoo_run, system

SCRIPTS = Path(__file__).parent / "scripts"
REGISTER = layout.ADDONS / "pm_core" / "tests" / "data" / "register.xlsx"

# Milliseconds after which a page will not come any more, however slow the machine.
WAIT = 120_000
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def make_database():
    """``make_database(name)``: a fresh database with the addons installed.

    It is dropped when the session ends; so is one that a test makes itself, if it
    takes its name from ``make_database.named(name)``.
    """
    made = []

    def make(name):
        databases.clone(os.environ["PM_TEST_TEMPLATE"], named(name))
        return name

    def named(name):
        databases.check_name(name)
        made.append(name)
        return name

    make.named = named
    yield make
    for name in made:
        databases.drop(name)


@pytest.fixture(scope="session")
def linjiang():
    """``linjiang(name)``: a fresh database with the demo estate, ready to be billed.

    The users of ``scripts/estate.py`` work there; each has its login as password. What
    it is cloned from is made by the first test that asks, and stays for the next run.
    """
    template = databases.derived(
        "pm_estate_",
        "Database with an estate for the tests",
        os.environ["PM_TEST_TEMPLATE"],
        SCRIPTS / "estate.py",
        PM_WORKBOOK=REGISTER,
    )
    made = []

    def make(name):
        made.append(databases.clone(template, name))
        return name

    yield make
    for name in made:
        databases.drop(name)


@pytest.fixture(scope="module")
def odoo_server():
    """``odoo_server(database, *arguments)``: an Odoo process that answers.

    It has ``url``, ``port``, ``pid``, ``log``, ``stop()`` and ``kill()``, and is
    stopped when the tests of its file end: each holds connections to the database,
    which has not so many. Without ``--load`` it runs queued jobs too.
    """
    started = []

    def start(database, *arguments):
        name = f"test-{database}-{len(started)}"
        server = odoo_run.Server(database, free_port(), *arguments, log=name)
        started.append(server)
        return server.wait_ready()

    yield start
    for server in started:
        server.stop()


def free_port():
    """A loopback port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def browser():
    """The system's Chromium, headless."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(
            executable_path=system.chromium(), args=CHROMIUM_OPTIONS
        )
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser, request):
    """A page of its own session, with no error on its console when the test ends.

    ``@pytest.mark.console_errors("pattern")`` allows those that a test provokes.
    """
    context = browser.new_context(
        viewport={"width": 1400, "height": 900}, locale="zh-CN"
    )
    page = context.new_page()
    page.set_default_timeout(WAIT)
    errors = []
    page.on("console", lambda message: _note(errors, message))
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    allowed = [
        pattern
        for mark in request.node.iter_markers("console_errors")
        for pattern in mark.args
    ]
    unexpected = [
        text
        for text in errors
        if not any(re.search(pattern, text) for pattern in allowed)
    ]
    assert not unexpected, unexpected


def _note(errors, message):
    if message.type == "error":
        errors.append(f"{message.text} ({message.location.get('url', '')})")


@pytest.fixture(scope="module")
def sessions():
    """The cookies of who has logged in at the servers of a file of tests."""
    return {}


@pytest.fixture
def login(sessions):
    """``login(page, url, user, password)``: the web client, as that user.

    Each logs in once at a server; from then on the session goes on.
    """

    def log_in(page, url, user, password):
        if kept := sessions.get((url, user)):
            page.context.add_cookies(kept)
            page.goto(urllib.parse.urljoin(url, "/odoo"))
        else:
            page.goto(urllib.parse.urljoin(url, "/web/login"))
            page.fill("input[name=login]", user)
            page.fill("input[name=password]", password)
            page.click(".oe_login_buttons button[type=submit]")
        page.wait_for_selector(".o_main_navbar, .o_portal_wrap, .o_portal")
        sessions[url, user] = page.context.cookies()
        return page

    return log_in


@pytest.fixture
def become(server, page, login):
    """``become(user, size)``: somebody else at the same browser, or nobody.

    For files that have a ``server``; each user has the login as password.
    """

    def change(user, size=(1400, 900)):
        page.evaluate("() => location.protocol == 'about:' || localStorage.clear()")
        page.goto("about:blank")
        page.context.clear_cookies()
        page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
        if user:
            login(page, server.url, user, user)

    return change
