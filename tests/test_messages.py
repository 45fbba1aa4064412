"""A server that ends while messages come in: none is lost, and none comes twice."""

import hashlib
import time

import pytest
import requests
import webclient
from test_concurrency import count, wait

from tooling import postgres

DATABASE = "pm_test_messages"
MESSAGES = 40
TOKEN, NONCE = "token123", "nonce"
MESSAGE = """<xml><ToUserName>gh_1</ToUserName><FromUserName>{openid}</FromUserName>
<CreateTime>1409735668</CreateTime><MsgType>text</MsgType>
<Content>Message {number}.</Content><MsgId>{number}</MsgId></xml>"""


@pytest.fixture(scope="module")
def facts(make_database, tmp_path_factory):
    return webclient.run_script(
        make_database(DATABASE), "messages", tmp_path_factory.mktemp("m") / "facts"
    )


def send(server, facts, number):
    """Bring a message as WeChat does; return whether it was answered."""
    stamp = str(int(time.time()))
    signed = "".join(sorted((TOKEN, stamp, NONCE))).encode()
    try:
        answer = requests.post(
            f"{server.url}/pm/wechat/{facts['account']}",
            params={
                "timestamp": stamp,
                "nonce": NONCE,
                "signature": hashlib.sha1(signed).hexdigest(),
            },
            data=MESSAGE.format(number=number, **facts).encode(),
            headers={"Content-Type": "text/xml"},
            timeout=60,
        )
    except requests.ConnectionError:
        return False
    return answer.text == "success"


def taken_up():
    return count(
        DATABASE, "SELECT count(*) FROM pm_wechat_message WHERE state = 'done'"
    )


def test_killed_between_arrival_and_taking_up(facts, odoo_server):
    """What is answered is kept, whoever is to take it up; what is not comes again."""
    # nobody takes up at the first server
    first = odoo_server(DATABASE, "--load", "base,rpc,web", "--max-cron-threads", 0)
    early = range(1, MESSAGES // 2)
    assert all(send(first, facts, number) for number in early)
    first.kill()
    assert not send(first, facts, MESSAGES // 2)
    assert not taken_up()
    # the second one is killed while it does
    second = odoo_server(DATABASE, "--load", "base,rpc,web")
    answered = [send(second, facts, number) for number in range(MESSAGES // 2, 30)]
    wait(taken_up, every=0.02)
    second.kill()
    assert all(answered)
    # WeChat sends again what was not answered, and sometimes what was
    third = odoo_server(DATABASE, "--load", "base,rpc,web")
    assert all(send(third, facts, number) for number in range(20, MESSAGES + 1))
    wait(lambda: taken_up() == MESSAGES)
    assert count(DATABASE, "SELECT count(*) FROM pm_wechat_message") == MESSAGES
    # each stands in the matter once, in the order in which they came
    words = [
        text
        for (text,) in postgres.sql(
            "SELECT description FROM pm_complaint"
            " UNION ALL (SELECT note FROM pm_complaint_step WHERE step = 'add'"
            " ORDER BY id)",
            DATABASE,
        )
    ]
    assert words == [f"Message {number}." for number in range(1, MESSAGES + 1)]
