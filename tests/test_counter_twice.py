"""The counter in several processes at once: one payment is booked once, and receipts
are numbered without a gap, whatever fails in between.
"""

from concurrent.futures import ThreadPoolExecutor
from itertools import cycle

import pytest
import webclient

from tooling import postgres


@pytest.fixture(scope="module")
def database(linjiang):
    return linjiang("pm_test_counter")


@pytest.fixture(scope="module")
def cashiers(database, odoo_server):
    """One cashier at two servers, with the bills of an entrance to be paid."""
    servers = [odoo_server(database, "--load", "base,rpc,web") for _ in range(2)]
    clerk = webclient.Rpc(servers[0].url, database, "clerk")
    (scope,) = clerk("pm.property", "search", [("code", "=", "3-1")])
    run = clerk(
        "pm.bill.run",
        "create",
        {"property_id": scope, "date_from": "2026-11-01", "date_to": "2026-11-30"},
    )
    for step in ("action_prepare", "action_confirm"):
        clerk("pm.bill.run", step, [run], context=webclient.AT_ONCE)
    return [webclient.Rpc(server.url, database, "cashier") for server in servers]


@pytest.fixture(scope="module")
def units(cashiers):
    """Units that owe something, each taken once."""
    charges = cashiers[0](
        "pm.charge", "search_read", [("amount_residual", ">", 0)], ["property_id"]
    )
    return iter(sorted({row["property_id"][0] for row in charges}))


def sql(query, database):
    return postgres.sql(query, database)


def window(cashier, unit, **vals):
    """A form of the counter for this unit, as it is saved by the first press."""
    return cashier("pm.counter", "create", {"property_id": unit, **vals})


def at_once(calls):
    """Answers of calls that begin at the same moment; None where one was refused."""

    def answer(call):
        try:
            return call()
        except webclient.Refused:
            return None

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(answer, calls))


def as_user(cashiers, database, login):
    """Somebody else at the servers of the cashiers."""
    return [webclient.Rpc(cashier.url, database, login) for cashier in cashiers]


def step_at_once(users, step, payouts):
    """Press a button of outgoing payments at one moment, each at a server."""
    return at_once(
        [
            lambda user=user, payout=payout: user("pm.payout", step, [payout])
            for user, payout in zip(users, payouts, strict=True)
        ]
    )


def pay(cashier, form):
    return lambda: cashier("pm.counter", "action_pay", [form])["res_id"]


def receipts_of(database, unit):
    return sql(
        f"SELECT id, amount, amount_prepaid FROM pm_receipt WHERE property_id = {unit}",
        database,
    )


def assert_books_tie(database):
    """The receivable is what is open; each receipt has one entry, each entry one
    receipt; nobody has a prepayment beyond what receipts say.
    """
    ((difference,),) = sql(
        "SELECT (SELECT sum(balance) FROM account_move_line line"
        "         JOIN account_account account ON account.id = line.account_id"
        "        WHERE account_type = 'asset_receivable' AND parent_state = 'posted')"
        "     - (SELECT sum(amount_residual) FROM pm_charge WHERE state = 'posted')",
        database,
    )
    assert float(difference) == 0
    payments = "SELECT count(*) FROM account_payment"
    receipts = "SELECT count(*) FROM pm_receipt WHERE kind = 'money'"
    assert sql(payments, database) == sql(receipts, database)


def test_one_form_pressed_twice(database, cashiers, units):
    for unit in (next(units), next(units)):
        form = window(cashiers[0], unit)
        answers = at_once([pay(cashier, form) for cashier in cashiers])
        booked = receipts_of(database, unit)
        assert len(booked) == 1
        # both presses are answered with the one receipt
        assert list(map(str, answers)) == [booked[0][0]] * 2
        assert float(booked[0][2]) == 0
    assert_books_tie(database)


def test_two_windows(database, cashiers, units):
    for unit in (next(units), next(units)):
        forms = [window(cashier, unit) for cashier in cashiers]
        answers = at_once(
            [pay(cashier, form) for cashier, form in zip(cashiers, forms, strict=True)]
        )
        booked = receipts_of(database, unit)
        assert len(booked) == 1
        # the second is told that the debt has changed
        assert sorted(map(bool, answers)) == [False, True]
        assert float(booked[0][2]) == 0
    assert_books_tie(database)


def test_two_windows_of_who_owes_nothing(database, cashiers, units):
    """Two payments ahead touch no row in common but the turn of the customer."""
    unit = next(units)
    pay(cashiers[0], window(cashiers[0], unit))()
    forms = [window(cashier, unit, amount=100) for cashier in cashiers]
    answers = at_once(
        [pay(cashier, form) for cashier, form in zip(cashiers, forms, strict=True)]
    )
    assert sorted(map(bool, answers)) == [False, True]
    assert [float(row[2]) for row in receipts_of(database, unit)] == [0, 100]
    assert_books_tie(database)


def test_one_receipt_cancelled_twice(database, cashiers, units):
    unit = next(units)
    receipt = pay(cashiers[0], window(cashiers[0], unit))()
    request = cashiers[0](
        "pm.receipt.cancellation",
        "create",
        {"receipt_id": receipt, "reason": "按错了"},
    )
    at_once(
        [
            lambda cashier=cashier: cashier(
                "pm.receipt.cancellation", "action_submit", [request]
            )
            for cashier in cashiers
        ]
    )
    reversals = (
        "SELECT count(*) FROM account_move reversal JOIN pm_receipt receipt"
        " ON receipt.move_id = reversal.reversed_entry_id"
        f" WHERE receipt.id = {receipt} AND receipt.state = 'cancelled'"
    )
    assert sql(reversals, database) == [("1",)]
    assert_books_tie(database)


def test_numbers_have_no_gap(database, cashiers, units):
    """Four at a time at two servers, every third one refused at its end."""
    calls = []
    for number, cashier in zip(range(18), cycle(cashiers)):
        form = window(cashier, next(units))
        if number % 3 == 0:
            # without a method the money cannot be booked
            cashier("pm.counter", "write", [form], {"journal_id": False})
        calls.append(pay(cashier, form))
    answers = []
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda call: at_once([call])[0], calls))
    assert sum(map(bool, answers)) == 12
    rows = sql("SELECT series, number, name FROM pm_receipt ORDER BY number", database)
    assert len({row[0] for row in rows}) == 1
    assert [int(row[1]) for row in rows] == list(range(1, len(rows) + 1))
    assert all(name == f"{series}{int(number):06}" for series, number, name in rows)
    assert_books_tie(database)


def test_one_payout_asked_approved_and_paid_twice(database, cashiers, units):
    """Two requests of 80 over a balance of 100: one is taken. It is approved and paid
    twice at one moment, and leaves once.
    """
    unit = next(units)
    pay(cashiers[0], window(cashiers[0], unit))()
    receipt = pay(cashiers[0], window(cashiers[0], unit, amount=100))()
    ((partner,),) = sql(
        f"SELECT partner_id FROM pm_receipt WHERE id = {receipt}", database
    )
    payee = {"partner_id": int(partner), "property_id": unit, "amount": 80}
    asked = [
        cashier("pm.payout", "create", {**payee, "reason": "退还预收款"})
        for cashier in cashiers
    ]
    step_at_once(cashiers, "action_submit", asked)
    found = sql(
        f"SELECT state, id FROM pm_payout WHERE partner_id = {partner} ORDER BY state",
        database,
    )
    assert [state for state, _id in found] == ["approval", "draft"]
    payout = int(found[0][1])
    step_at_once(as_user(cashiers, database, "manager"), "validate_tier", [payout] * 2)
    assert sql(
        "SELECT state, (SELECT count(*) FROM tier_review review"
        " WHERE res_id = payout.id AND model = 'pm.payout' AND status = 'approved')"
        f" FROM pm_payout payout WHERE id = {payout}",
        database,
    ) == [("approved", "1")]
    step_at_once(as_user(cashiers, database, "accountant"), "action_pay", [payout] * 2)
    ((state, entries, left),) = sql(
        "SELECT payout.state, count(DISTINCT line.move_id), -sum(line.balance)"
        "  FROM pm_payout payout"
        "  JOIN res_company company ON company.id = payout.company_id"
        "  JOIN account_move_line line ON line.partner_id = payout.partner_id"
        "   AND line.account_id = company.pm_prepayment_account_id"
        f" WHERE payout.id = {payout} GROUP BY payout.id",
        database,
    )
    # what came in, and what went out
    assert (state, entries, float(left)) == ("paid", "2", 20)
    assert_books_tie(database)


def test_a_receipt_is_cancelled_while_its_rest_is_used(database, cashiers, units):
    """The rest settles another bill, or the receipt is cancelled: never both."""
    unit = next(units)
    receipt = pay(cashiers[0], window(cashiers[0], unit, amount=5000))()
    clerk = as_user(cashiers, database, "clerk")[0]
    run = clerk(
        "pm.bill.run",
        "create",
        {"property_id": unit, "date_from": "2026-12-01", "date_to": "2026-12-31"},
    )
    for step in ("action_prepare", "action_confirm"):
        clerk("pm.bill.run", step, [run], context=webclient.AT_ONCE)
    request = cashiers[0](
        "pm.receipt.cancellation", "create", {"receipt_id": receipt, "reason": "按错了"}
    )
    form = window(cashiers[1], unit)
    at_once(
        [
            lambda: cashiers[0]("pm.receipt.cancellation", "action_submit", [request]),
            pay(cashiers[1], form),
        ]
    )
    ((state,),) = sql(f"SELECT state FROM pm_receipt WHERE id = {receipt}", database)
    used = sql(
        "SELECT id FROM pm_receipt WHERE kind = 'prepaid' AND state = 'posted'"
        f" AND property_id = {unit}",
        database,
    )
    assert (state == "cancelled") != bool(used)
    owed = sql(
        "SELECT line.partner_id FROM account_move_line line JOIN res_company company"
        " ON company.pm_prepayment_account_id = line.account_id"
        " WHERE parent_state = 'posted' GROUP BY line.partner_id"
        " HAVING sum(line.balance) > 0",
        database,
    )
    assert not owed
    assert_books_tie(database)


def test_a_day_is_closed_while_money_is_taken(database, cashiers, units):
    """Either the receipt is in what was counted, or it is not in that day."""
    pay(cashiers[0], window(cashiers[0], next(units)))()
    ((day, line, expected),) = sql(
        "SELECT close.id, line.id, line.expected FROM pm_cash_close close"
        " JOIN pm_cash_close_line line ON line.close_id = close.id"
        " WHERE close.state = 'open'",
        database,
    )
    # nothing was counted: all of it is a difference, which needs a reason
    cashiers[0]("pm.cash.close.line", "write", [int(line)], {"reason": "盘点"})
    form = window(cashiers[1], next(units))
    at_once(
        [
            lambda: cashiers[0]("pm.cash.close", "action_close", [int(day)]),
            pay(cashiers[1], form),
        ]
    )
    ((received, returned, now),) = sql(
        "SELECT received, returned, expected FROM pm_cash_close_line"
        f" WHERE id = {line}",
        database,
    )
    ((taken,),) = sql(
        "SELECT sum(amount) FROM pm_receipt WHERE kind = 'money'"
        f" AND close_id = {day} AND journal_id = (SELECT journal_id"
        f" FROM pm_cash_close_line WHERE id = {line})",
        database,
    )
    assert float(received) == float(taken)
    assert float(now) == pytest.approx(float(received) - float(returned))
    assert float(now) >= float(expected)
    ((state,),) = sql(f"SELECT state FROM pm_cash_close WHERE id = {day}", database)
    later = sql(
        f"SELECT id FROM pm_receipt WHERE close_id = {day} AND create_date >"
        f" (SELECT write_date FROM pm_cash_close WHERE id = {day})",
        database,
    )
    assert state == "open" or not later
    # that of the form is booked, or may be tried again, as is the closing
    again = at_once([pay(cashiers[1], form)])
    assert state == "closed" or again[0]
