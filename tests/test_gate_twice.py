"""Two guards at two gates scan one code at the same instant: it counts once."""

from concurrent.futures import ThreadPoolExecutor

import webclient

from tooling import postgres

ROUNDS = 12


def count(database, query):
    """The one number that a query yields."""
    ((number,),) = postgres.sql(query, database)
    return int(number)


def make_gate(server):
    """A gate, a unit and a guard, made by the administrator over HTTP."""
    admin = webclient.Rpc(server.url, server.database, "admin")
    (estate,) = admin("pm.property", "search", [("kind", "=", "estate")], limit=1)
    (unit,) = admin("pm.property", "search", [("kind", "=", "unit")], limit=1)
    post = admin(
        "pm.duty.post",
        "create",
        {"name": "North Gate", "property_id": estate, "is_gate": True},
    )
    return admin, unit, post


def test_two_processes_let_one_visitor_in_once(linjiang, odoo_server):
    database = linjiang("pm_test_gate")
    servers = [odoo_server(database, "--load", "base,rpc,web") for _ in range(2)]
    admin, unit, post = make_gate(servers[0])
    # managers stand in at the gate
    guards = [webclient.Rpc(server.url, database, "manager") for server in servers]
    passes = []
    for number in range(ROUNDS):
        one = admin(
            "pm.access.pass",
            "create",
            {
                "property_id": unit,
                "visitor_name": f"Visitor {number}",
                "entries": 2,
                "reason": "The owner agreed",
            },
        )
        admin("pm.access.pass", "action_confirm_phone", [one])
        passes.append(one)

    def let_in(guard, one, key):
        return guard("pm.access.pass", "gate_move", [one], "in", post, key)

    with ThreadPoolExecutor() as pool:
        for one in passes:
            done = [
                pool.submit(let_in, guard, one, f"press-{one}-{number}")
                for number, guard in enumerate(guards)
            ]
            answers = [answer.result() for answer in done]
            assert sorted(answer["done"] for answer in answers) == [False, True]
            assert all(answer["inside"] for answer in answers)

    assert count(database, "SELECT count(*) FROM pm_gate_log") == ROUNDS
    once = "SELECT count(*) FROM pm_access_pass WHERE entry_count = 1 AND is_inside"
    assert count(database, once) == ROUNDS
