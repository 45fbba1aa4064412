"""Two technicians who take the same order at the same instant, in two processes."""

import subprocess
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import webclient
from conftest import SCRIPTS

from tooling import odoo_run, postgres

ORDERS = 100
DATABASE = "pm_test_grab"
LOGINS = ("pm_grab_a", "pm_grab_b")


@pytest.fixture(scope="module")
def database(make_database):
    make_database(DATABASE)
    with (SCRIPTS / "grab.py").open("rb") as stream:
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
            env={**odoo_run.environment(), "PM_ORDERS": str(ORDERS)},
            stdin=stream,
            check=True,
        )
    return DATABASE


def test_exactly_one_gets_it(database, odoo_server):
    servers = [odoo_server(database, "--load", "base,rpc,web") for _login in LOGINS]
    people = [
        webclient.Rpc(server.url, database, login)
        for server, login in zip(servers, LOGINS, strict=True)
    ]
    offered = people[0]("maintenance.request", "search", [("is_pool", "=", True)])
    assert len(offered) == ORDERS
    together = threading.Barrier(len(people))

    def grab(person, order):
        together.wait()
        try:
            person("maintenance.request", "action_grab", [order])
        except webclient.Refused as refusal:
            return str(refusal)
        return person.uid

    with ThreadPoolExecutor(len(people)) as pool:
        answers = {
            order: list(pool.map(grab, people, [order] * len(people)))
            for order in offered
        }
    winners = {}
    for order, both in answers.items():
        got = [answer for answer in both if isinstance(answer, int)]
        assert len(got) == 1, both
        winners[order] = got[0]
        (told,) = (answer for answer in both if isinstance(answer, str))
        assert "taken already" in told or "at this moment" in told, told
    rows = postgres.sql(
        "SELECT id, user_id, state FROM maintenance_request WHERE property_id IS NOT"
        " NULL",
        database,
    )
    assert {(int(order), int(user)) for order, user, _ in rows} == set(winners.items())
    assert {state for _, _, state in rows} == {"accepted"}
    # one step and one activity for each, whoever else had tried
    steps = postgres.sql(
        "SELECT request_id, user_id FROM pm_order_step WHERE step = 'grab'", database
    )
    assert Counter((int(order), int(user)) for order, user in steps) == Counter(
        winners.items()
    )
