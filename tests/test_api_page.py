"""The examples of docs/api.md, run against a server as they stand there."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import webclient

from tooling import layout

PAGE = (Path(__file__).parent.parent / "docs/api.md").read_text(encoding="utf-8")
SECRET = "secret-of-the-webhook"


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def run(command, script, env):
    done = subprocess.run(
        command,
        input=script,
        env={**os.environ, "no_proxy": "127.0.0.1", **env},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def make_access(admin):
    """An estate with a unit, and the key of an access to it."""
    estate = admin(
        "pm.property", "create", {"kind": "estate", "name": "Garden", "code": "G"}
    )
    parent = estate
    for kind, code in (("building", "1"), ("entrance", "1-1"), ("unit", "1-1-101")):
        parent = admin(
            "pm.property",
            "create",
            {"kind": kind, "name": code, "code": code, "parent_id": parent},
        )
    access = admin(
        "pm.api.client",
        "create",
        {"name": "Examples", "estate_ids": [(6, 0, [estate])]},
    )
    return admin("pm.api.client", "action_new_key", [access])["context"]["default_key"]


def test_calls(make_database, odoo_server):
    database = make_database("pm_test_api")
    server = odoo_server(database, "--load", "base,rpc,web")
    admin = webclient.Rpc(server.url, database, "admin")
    env = {"PM_URL": server.url, "PM_KEY": make_access(admin)}
    (curl,) = blocks("bash")
    first, again = (json.loads(run(["bash"], curl, env)) for _time in range(2))
    assert first | {"known": True} == again
    (shown, *_webhook) = blocks("json")
    assert set(json.loads(shown)) == set(first)
    (calls, _check) = blocks("python")
    assert run([sys.executable, "-"], calls, env).strip() == "reported"
    about = [("description", "like", "in the staircase does not work")]
    (complaint,) = admin("pm.complaint", "search_read", about, ["number"])
    assert complaint["number"] == first["number"]
    about = [("description", "like", "Water drips from the ceiling of the bathroom")]
    (order,) = admin("maintenance.request", "search_read", about, ["message_ids"])
    said = admin("mail.message", "read", order["message_ids"], ["body"])
    assert any("It drips faster now." in one["body"] for one in said)


def test_signature():
    """What receivers are told to check is what we send."""
    source = layout.ADDONS / "pm_complaints/models/channels/pm_webhook.py"
    code = re.search(
        r"^def signature.*?(?=^class )", source.read_text("utf-8"), re.S | re.M
    )
    ours, theirs = {}, {}
    exec("import hashlib, hmac\n" + code[0], ours)
    exec(blocks("python")[1], theirs)
    body, stamp = b'{"id": "1"}', str(int(time.time()))
    headers = {
        "X-PM-Timestamp": stamp,
        "X-PM-Signature": ours["signature"](SECRET, stamp, body),
    }
    genuine = theirs["is_genuine"]
    assert genuine(SECRET, headers, body)
    assert not genuine("another", headers, body)
    assert not genuine(SECRET, headers, body + b" ")
    old = str(int(stamp) - 400)
    headers = {
        "X-PM-Timestamp": old,
        "X-PM-Signature": ours["signature"](SECRET, old, body),
    }
    assert not genuine(SECRET, headers, body)
