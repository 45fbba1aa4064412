"""What the browser tests do in the web client, in terms of what a user sees."""

import json
import os
import subprocess
from pathlib import Path

import requests

from tooling import layout, odoo_run

SCRIPTS = Path(__file__).parent / "scripts"
# Has a step done within the call, instead of by jobs of the queue.
AT_ONCE = {"queue_job__no_delay": True}

DIALOG = ".o_error_dialog, .modal:has-text('访问错误'), .modal:has-text('Access Error')"
READY = (
    ".o_view_controller, .o_form_view, .modal .o_form_view, "
    ".o_spreadsheet_dashboard_action"
)
_MENUS = """async () => {
    const menus = odoo.__WOWL_DEBUG__.root.env.services.menu;
    const root = "pm_core.pm_core_menu_root";
    const app = menus.getApps().find((app) => app.xmlid === root);
    const found = [];
    const walk = (menu) => {
        if (menu.actionID) {
            found.push([menu.xmlid, menu.actionID]);
        }
        menu.childrenTree.forEach(walk);
    };
    menus.getMenuAsTree(app.id).childrenTree.forEach(walk);
    return found;
}"""
_OPEN = """async (action) => {
    const services = odoo.__WOWL_DEBUG__.root.env.services;
    await services.action.doAction(action, { clearBreadcrumbs: true });
}"""
_HAS_FORM = """() => odoo.__WOWL_DEBUG__.root.env.services.action.currentController
    .action.views?.some(([, type]) => type === "form")"""


def run_script(database, name, facts, **environment):
    """Run ``scripts/NAME.py`` in Odoo's shell; return what it says of the database.

    :param facts: path of the file that ``PM_FACTS`` names, in which it leaves that
    """
    with (SCRIPTS / f"{name}.py").open("rb") as stream:
        subprocess.run(
            odoo_run.command(
                "shell",
                "-d",
                database,
                "--no-http",
                "--log-level",
                "error",
                "--load",
                odoo_run.WITHOUT_QUEUE,
                "--shell-interface",
                "python",
            ),
            env={**odoo_run.environment(), "PM_FACTS": str(facts), **environment},
            stdin=stream,
            check=True,
        )
    return {"database": database, **json.loads(facts.read_text(encoding="utf-8"))}


def menus(page):
    """The menus of our app that this user has, as (external id, action id)."""
    return [tuple(pair) for pair in page.evaluate(_MENUS)]


def open_action(page, action):
    """Open an action without loading the web client anew."""
    page.evaluate(_OPEN, action)
    settle(page)


def open_path(page, url, path):
    """Open a page by its address, as a bookmark would."""
    page.goto(f"{url}/odoo/{path}")
    settle(page)


def settle(page):
    """Wait until the view is there and nothing is loading; refuse an error."""
    page.wait_for_selector(f"{READY}, {DIALOG}")
    page.wait_for_function("!document.querySelector('.o_blockUI')")
    no_error(page)


def no_error(page):
    """Fail with its text when an error dialog is shown."""
    dialog = page.locator(DIALOG)
    assert not dialog.count(), dialog.first.inner_text()


def open_first_row(page):
    """Open the first record shown; False when there is none, or no form for it.

    What an empty page shows as an example cannot be opened.
    """
    page.wait_for_timeout(100)
    if page.locator(".o_view_sample_data").count():
        return False
    cells = page.locator(
        ".o_list_view .o_data_row .o_data_cell:not(.o_handle_cell),"
        ".o_kanban_record:not(.o_kanban_ghost)"
    )
    if not page.evaluate(_HAS_FORM) or not cells.count():
        return False
    cells.first.click()
    page.wait_for_selector(f".o_form_view, .o_selected_row, {DIALOG}")
    no_error(page)
    return True


def press(page, name):
    """Press the button of the form that calls a method, or confirm what it asks."""
    page.click(f".o_form_view button[name={name}]:visible, .modal button[name={name}]")


def confirm(page):
    """Say yes to the question that a button asks."""
    page.click(".modal footer .btn-primary")


def choose(page, field, text):
    """Pick the first suggestion for ``text`` in a field that links to a record."""
    box = page.locator(f".o_field_widget[name={field}] input").first
    box.fill(text)
    option = ".o-autocomplete--dropdown-item:not(.o_m2o_dropdown_option)"
    page.locator(option, has_text=text).first.click()


def save(page):
    """Save the form."""
    page.click(".o_form_button_save")
    page.wait_for_selector(
        ".o_form_status_indicator_buttons.invisible", state="attached"
    )
    no_error(page)


def reaches(page, state):
    """Wait until the status bar of the form shows ``state``."""
    page.wait_for_selector(
        ".o_form_view:not(.modal *) .o_statusbar_status "
        f".o_arrow_button_current[data-value={state}], {DIALOG}",
        state="attached",  # a narrow bar hides it behind the others
    )
    no_error(page)


def work_on_phone(page, url, name, shot):
    """What a technician presses for an order, one big button after the other."""
    page.goto(f"{url}/odoo/orders-today")
    card = page.locator(".o_kanban_record:not(.o_kanban_ghost)", has_text=name)
    for step in ("accept", "travel", "arrive"):
        card.locator(f"button[name=action_{step}]").wait_for()
        if step == "accept":
            picture(page, f"orders-today-{shot}")
        card.locator(f"button[name=action_{step}]").click()
    card.locator("button[name=action_ask_result]").click()
    page.fill(".modal [name=result] textarea", "更换密封圈，试水不漏。")
    picture(page, f"orders-finish-{shot}")
    page.click(".modal footer button[name=action_apply]")
    page.wait_for_selector(".modal", state="detached")
    card.wait_for(state="detached")
    no_error(page)


def accept_at_desk(page, url, name):
    """Who did not do the work of an order accepts it."""
    open_path(page, url, "orders-to-look-at")
    row = page.locator(".o_data_row", has_text=name)
    row.wait_for()
    picture(page, "orders-desk")
    row.locator("button[name=action_verify]").click()
    row.wait_for(state="detached")


def show_list(page):
    """Switch to the list, unless it is shown."""
    if not page.locator(".o_list_view").count():
        page.click(".o_switch_view.o_list")
        page.wait_for_selector(".o_list_view")
        settle(page)


def search(page, text):
    """Search for ``text`` in what the search box offers first."""
    page.fill(".o_searchview_input", text)
    suggestion = page.locator(".o_searchview_autocomplete .o-dropdown-item").first
    suggestion.wait_for()
    with page.expect_response(lambda answer: "web_search_read" in answer.url):
        suggestion.click()
    page.locator(".o_searchview_facet", has_text=text).wait_for()
    page.wait_for_timeout(100)
    settle(page)


def picture(page, name):
    """Save a screenshot: for the documentation if asked for, else to look at."""
    for_docs = os.environ.get("PM_SCREENSHOTS") == "1"
    folder = (
        layout.ROOT / "docs" / "images" if for_docs else layout.HOME / "screenshots"
    )
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png")


def views(page):
    """The names of the views that the page can switch between."""
    return page.evaluate(
        """() => [...document.querySelectorAll(".o_switch_view")].map(
            (button) => [...button.classList]
                .find((name) => name.match(/^o_[a-z]+$/)).slice(2))"""
    )


class Refused(Exception):
    """The server answered a call with an error."""


class Rpc:
    """Calls of one user over HTTP, as the web client makes them."""

    def __init__(self, url, database, login):
        self.url = url
        self.session = requests.Session()
        answer = self._post(
            "/web/session/authenticate", db=database, login=login, password=login
        )
        self.uid = answer["uid"]

    def __call__(self, model, method, *args, **kwargs):
        return self._post(
            f"/web/dataset/call_kw/{model}/{method}",
            model=model,
            method=method,
            args=args,
            kwargs=kwargs,
        )

    def _post(self, path, **params):
        response = self.session.post(
            f"{self.url}{path}",
            json={"jsonrpc": "2.0", "method": "call", "params": params},
            timeout=300,
        )
        response.raise_for_status()
        answer = response.json()
        if "error" in answer:
            raise Refused(answer["error"]["data"]["message"])
        return answer.get("result")
