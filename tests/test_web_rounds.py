"""Rounds on phones that lose their signal, their battery, their session and answers.

What counts is at the end: each point answered once and each photo there byte for byte,
whatever happened on the way.
"""

import base64
import subprocess

import pytest
from conftest import SCRIPTS, WAIT
from phones import (
    PHONE,
    WECHAT,
    Phone,
    Signal,
    Walker,
    film,
    photo,
)
from webclient import Rpc, picture

from tooling import odoo_run

POINTS = 30
DATABASE = "pm_test_rounds"
SERVER_OPTIONS = ("--load", odoo_run.WITHOUT_QUEUE, "--max-cron-threads", "0")


@pytest.fixture(scope="module")
def server(make_database, odoo_server):
    make_database(DATABASE)
    with (SCRIPTS / "rounds.py").open("rb") as stream:
        subprocess.run(
            odoo_run.command(
                "shell",
                "-d",
                DATABASE,
                "--no-http",
                "--log-level",
                "error",
                "--load",
                odoo_run.WITHOUT_QUEUE,
                "--shell-interface",
                "python",
            ),
            env=odoo_run.environment(),
            stdin=stream,
            check=True,
        )
    return odoo_server(DATABASE, *SERVER_OPTIONS)


@pytest.fixture
def signal(server):
    signal = Signal(server)
    yield signal
    signal.close()


@pytest.fixture(scope="session")
def driver(browser):
    """What drives the browsers, as there is one in a process."""
    return browser.browser_type


@pytest.fixture
def phone(driver, signal):
    phones = []

    def take(*options):
        phones.append(Phone(driver, signal, *options).on())
        return phones[-1]

    yield take
    for one in phones:
        one.off()


@pytest.fixture
def visitor(browser, signal):
    """``visitor(login)``: an inspector with a browser of that one's own."""
    contexts = []

    def come(login, **options):
        context = browser.new_context(viewport=PHONE, locale="zh-CN", **options)
        context.set_default_timeout(WAIT)
        contexts.append(context)
        walker = Walker(context.new_page(), signal.url, DATABASE)
        walker.log_in(login)
        return walker

    yield come
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def office(server):
    """Calls of the administrator."""
    return Rpc(server.url, DATABASE, "admin")


@pytest.fixture(scope="module")
def labels(office):
    """What the labels of the points say, in the order of the route."""
    points = office("pm.inspection.point", "search_read", [], ["token"], order="code")
    return [f"https://example.com/pm/rounds#{point['token']}" for point in points]


def round_of(office, name):
    """The id of the round of a plan."""
    (found,) = office("pm.inspection", "search", [("plan_id.name", "=", name)])
    return found


def rows(office, model, domain, fields):
    return office(model, "search_read", domain, fields, order="id")


def visits(office, name):
    domain = [("round_ref", "=", round_of(office, name))]
    return rows(
        office, "pm.inspection.answer", domain, ["uuid", "state", "user_id", "conflict"]
    )


def stored_photos(office, answers):
    """{uuid: bytes} of the photos that the server has."""
    domain = [("answer_id", "in", [one["id"] for one in answers])]
    found = rows(office, "pm.inspection.photo", domain, ["uuid", "image", "state"])
    return {one["uuid"]: base64.b64decode(one["image"] or "") for one in found}


def shot(number, which):
    """Photos of a point; one of them is larger than what Odoo keeps as it is."""
    size = (2400, 1800) if (number, which) == (0, 1) else (48, 36)
    return photo(2 * number + which, size)


def walk_point(walker, labels, number):
    walker.scan(labels[number])
    walker.page.wait_for_selector(".form")
    walker.yes()
    walker.shoot(shot(number, 0), item=0)
    walker.shoot(shot(number, 1), item=1)
    walker.next()


def start_offline(walker, name):
    """Fetch the rounds, wait until the page is kept, and walk into the cellar."""
    walker.open()
    walker.wait_kept()
    walker.open_round(name)
    lose_signal(walker)


def lose_signal(walker):
    walker.page.context.set_offline(True)
    walker.page.wait_for_selector(".chip.off, .chip.waiting")


def reach_signal(walker):
    walker.page.context.set_offline(False)


def check_all(office, name, kept):
    """Exactly the points and photos of the phone, and these as they left it."""
    answers = visits(office, name)
    assert len(answers) == POINTS
    assert {one["state"] for one in answers} == {"stored"}
    lines = rows(
        office,
        "pm.inspection.line",
        [("inspection_id", "=", round_of(office, name)), ("value", "!=", False)],
        ["point_id", "value", "answer_id"],
    )
    assert len({line["point_id"][0] for line in lines}) == POINTS
    assert {line["answer_id"][0] for line in lines} == {one["id"] for one in answers}
    photos = stored_photos(office, answers)
    assert len(photos) == 2 * POINTS
    assert photos == kept
    wanted = {shot(number, which) for number in range(POINTS) for which in (0, 1)}
    assert set(photos.values()) == wanted


def kept_photos(walker):
    return {one["uuid"]: one["blob"] for one in walker.stored("photos")}


def test_tab_killed_and_every_answer_lost_once(phone, signal, office, labels):
    name = "三十点甲"
    device = phone()
    walker = Walker(device.page, signal.url, DATABASE)
    walker.log_in("wang")
    start_offline(walker, name)
    for number in range(10):
        walk_point(walker, labels, number)
    # in the middle of a point the battery ends
    walker.scan(labels[10])
    walker.page.wait_for_selector(".form")
    walker.yes()
    walker.shoot(shot(10, 0), item=0)
    device.die()
    signal.is_there = False
    walker = Walker(device.on().page, signal.url, DATABASE)
    walker.open()
    walker.open_round(name)
    walker.page.locator(".row").nth(10).click()
    walker.page.wait_for_selector(".item.given .thumb")
    walker.shoot(shot(10, 1), item=1)
    walker.next()
    for number in range(11, POINTS):
        walk_point(walker, labels, number)
    picture(walker.page, "rounds-finished")
    kept = kept_photos(walker)
    assert len(kept) == 2 * POINTS
    device.die()
    walker = Walker(device.on().page, signal.url, DATABASE)
    walker.open()
    assert "30" in walker.page.locator(".chip").inner_text()
    # the session went with the battery, so nothing was sent on the way
    signal.loses_answers = signal.is_there = True
    walker.log_in("wang")
    walker.open()
    walker.wait_sent()
    lost = [path for path, _ids in signal.lost]
    assert lost.count("/pm/rounds/photo") == 2 * POINTS
    assert "/pm/rounds/answer" in lost
    check_all(office, name, kept)
    assert not kept_photos(walker)
    picture(walker.page, "rounds-sent")


def test_two_phones_on_one_round(visitor, office, labels):
    name = "两人同巡"
    first, second = visitor("wang"), visitor("li")
    for walker in (first, second):
        start_offline(walker, name)
        walk_point(walker, labels, 0)
    reach_signal(first)
    first.wait_sent()
    reach_signal(second)
    second.page.wait_for_selector(".chip.bad")
    second.page.click(".chip")
    second.page.wait_for_selector(".entry .message")
    picture(second.page, "rounds-conflict")
    assert "王强" in second.page.locator(".entry .message").inner_text()
    answers = visits(office, name)
    assert [one["state"] for one in answers] == ["stored", "conflict"]
    assert [one["user_id"][1] for one in answers] == ["王强", "李娜"]
    # what the second one entered and photographed is there for who decides
    assert len(stored_photos(office, answers[1:])) == 2
    assert all(stored_photos(office, answers[1:]).values())


def test_another_user_logs_in(visitor, office, labels):
    name = "换人"
    walker = visitor("wang")
    start_offline(walker, name)
    walk_point(walker, labels, 0)
    walker.page.context.clear_cookies()
    reach_signal(walker)
    walker.log_in("li")
    walker.open()
    notice = walker.page.locator(".banner", has_text="王强")
    notice.wait_for()
    walker.page.locator(".who", has_text="李娜").wait_for()
    picture(walker.page, "rounds-other-user")
    walker.page.click(".chip")
    assert not walker.page.locator(".entry").count()
    assert not visits(office, name)
    # also her own answers go out without his
    walker.open()
    walker.open_round(name)
    assert not walker.page.locator(".row.waiting").count()
    walk_point(walker, labels, 1)
    walker.wait_sent()
    assert [one["user_id"][1] for one in visits(office, name)] == ["李娜"]
    walker.log_in("wang")
    walker.open()
    walker.page.locator(".who", has_text="王强").wait_for()
    # she has taken the round meanwhile: that is for somebody to decide
    walker.page.wait_for_selector(".chip.bad")
    users = [one["user_id"][1] for one in visits(office, name)]
    assert users == ["李娜", "王强"]


def test_wechat_is_told_to_open_the_browser(visitor, office, labels):
    walker = visitor("wang", user_agent=WECHAT)
    walker.open()
    walker.page.wait_for_selector(".banner.wechat")
    picture(walker.page, "rounds-wechat")
    registered = walker.page.evaluate(
        "navigator.serviceWorker.getRegistrations().then((all) => all.length)"
    )
    assert not registered
    walker.open_round("微信")
    walk_point(walker, labels, 0)
    walker.wait_sent()
    assert [one["state"] for one in visits(office, "微信")] == ["stored"]


def test_live_camera_reads_a_label_without_signal(phone, signal, labels, tmp_path):
    device = phone(
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film(labels[1], tmp_path / 'label.y4m')}",
    )
    walker = Walker(device.page, signal.url, DATABASE)
    walker.log_in("wang")
    start_offline(walker, "实时扫码")
    walker.page.click("[data-name=scan]")
    walker.page.wait_for_selector(".form")
    assert "X02" in walker.page.locator("header h1").inner_text()


def office_of(signal):
    """Calls of the administrator at the server that runs now."""
    return Rpc(signal.server.url, DATABASE, "admin")


def test_session_over_and_server_killed(phone, signal, office, labels, odoo_server):
    """The last one, as it leaves the first server dead."""
    name = "三十点乙"
    device = phone()
    walker = Walker(device.page, signal.url, DATABASE)
    walker.log_in("wang")
    start_offline(walker, name)
    for number in range(POINTS):
        walk_point(walker, labels, number)
    kept = kept_photos(walker)
    walker.page.context.clear_cookies()
    reach_signal(walker)
    walker.page.wait_for_selector(".banner.bad")
    picture(walker.page, "rounds-logged-out")
    assert "30" in walker.page.locator(".banner.bad").inner_text()
    assert not visits(office, name)
    assert kept_photos(walker) == kept
    # logged in again; the server dies in the middle, and the worker with the tab
    walker.log_in("wang")
    walker.page.evaluate("window.dispatchEvent(new Event('online'))")
    walker.page.wait_for_function(
        """async () => {
            const asked = indexedDB.open("pm_rounds");
            const database = await new Promise((resolve) => {
                asked.onsuccess = () => resolve(asked.result);
            });
            const photos = database.transaction("photos").objectStore("photos");
            const count = photos.count();
            const left = await new Promise((resolve) => {
                count.onsuccess = () => resolve(count.result);
            });
            database.close();
            return left < 50;
        }"""
    )
    signal.server.kill()
    device.die()
    signal.server = odoo_server(DATABASE, *SERVER_OPTIONS)
    walker = Walker(device.on().page, signal.url, DATABASE)
    walker.log_in("wang")
    walker.open()
    walker.wait_sent()
    check_all(office_of(signal), name, kept)
