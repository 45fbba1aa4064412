"""Knocks at every door of the server with records of others, as every role.

What the web client shows plays no part: each public method of a model is called over
HTTP as a program of a stranger would, with the ids of records that the caller may not
read. Each call has to be refused in words, or to leave every table as it was.
"""

import inspect
import json
import os
from collections import Counter

from odoo import models
from odoo.tests import HttpCase, new_test_user
from odoo.tools import mute_logger

from odoo.addons.pm_core.models.shared.pm_guard import is_ours

# Refusals that say what is wrong; all others are errors that nobody thought of.
REFUSALS = {
    f"odoo.exceptions.{name}"
    for name in ("AccessError", "MissingError", "UserError", "ValidationError")
}
# How a method ends that was called with arguments it cannot use: not in words, but
# before anything has happened. Only where the walk has to guess the arguments.
BAD_CALLS = {
    f"builtins.{name}"
    for name in ("AttributeError", "KeyError", "TypeError", "ValueError")
}
OTHERS = ("base.group_portal", "base.group_user", "account.group_account_manager")
# Where the benchmark of security wants the figures of the walk, one line a class. It
# knocks as every role; the tests of every day as those who may do most, and residents.
FIGURES = "PM_DOORS_OUT"
CORE = {
    "pm_core.group_pm_estate_manager",
    "pm_core.group_pm_admin",
    "base.group_portal",
}


def own_methods(model):
    """Public methods that our addons define on a model: {name: function}."""
    found = {}
    for base in type(model).mro():
        parts = base.__module__.split(".")
        if parts[:2] != ["odoo", "addons"] or not is_ours(parts[2]):
            continue
        for name, method in vars(base).items():
            if not name.startswith("_") and inspect.isfunction(method):
                found.setdefault(name, method)
    return {
        name: method
        for name, method in found.items()
        if not hasattr(models.BaseModel, name)
        and not any(
            getattr(vars(base).get(name), "_api_private", False)
            for base in type(model).mro()
        )
    }


def needed_by(method, ids):
    """Something for each argument that a method asks for."""
    return [
        ids[0] if parameter.name.endswith("_id") else ids
        for parameter in list(inspect.signature(method).parameters.values())[1:]
        if parameter.default is parameter.empty
        and parameter.kind
        in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
    ]


def doors_of(record):
    """What is called with a record of others: {method: (arguments, guessed)}"""
    ids, doors = record.ids, {}
    for name, method in own_methods(record).items():
        needed = needed_by(method, ids)
        of_model = getattr(method, "_api_model", False)
        doors[name] = (needed if of_model else [ids, *needed], bool(needed))
    plain = next(
        (
            name
            for name, field in record._fields.items()
            if field.store and not field.readonly and field.type in ("char", "text")
        ),
        None,
    )
    calls = {
        "read": [ids, ["display_name"]],
        "web_read": [ids, {"display_name": {}}],
        "search_read": [[("id", "in", ids)], ["display_name"]],
        "export_data": [ids, ["id", "display_name"]],
        "unlink": [ids],
        "copy": [ids],
        **({"write": [ids, {plain: "x"}]} if plain else {}),
    }
    return doors | {name: (arguments, False) for name, arguments in calls.items()}


READS = ("read", "web_read", "search_read", "export_data")


class DoorWalk(HttpCase):
    """For classes with ``records`` by place and model, and the estate of the users.

    Every group of property management that is installed gives a role, found by being
    there; beside them knock residents, other employees and accountants.
    """

    DOOR_PLACES = ("other estate", "other company")

    def _door_users(self):
        """(role, user of the own estate) for each role that knocks."""
        groups = self.env["res.groups"].search(
            [("privilege_id", "=", self.env.ref("pm_core.privilege_property").id)]
        )
        names = set(groups.get_external_id().values()) | {
            name for name in OTHERS if self.env.ref(name, raise_if_not_found=False)
        }
        if not os.environ.get(FIGURES):
            names &= CORE
        company = self.estate.company_id
        for name in sorted(names):
            vals = {"company_id": company.id, "company_ids": company.ids}
            if name != "base.group_portal":
                vals["pm_estate_ids"] = self.estate.ids
            login = "doors_" + name.replace(".", "_")
            yield name, new_test_user(self.env, login, groups=name, **vals)

    def _knock(self, model, method, arguments):
        """The answer of the server to a call: (result, name of the exception)."""
        answer = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            data=json.dumps(
                {
                    "jsonrpc": "2.0",
                    "method": "call",
                    "params": {
                        "model": model,
                        "method": method,
                        "args": arguments,
                        "kwargs": {},
                    },
                }
            ),
            headers={"Content-Type": "application/json"},
            timeout=120,
        ).json()
        error = answer.get("error")
        return answer.get("result"), error and error["data"]["name"]

    def _rows_written(self):
        """Rows that were touched in this transaction so far, by table."""
        self.env.cr.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del"
            "  FROM pg_stat_xact_user_tables"
        )
        return Counter(dict(self.env.cr.fetchall()))

    def test_doors_are_shut(self):
        """No method of ours does anything with records that its caller may not see."""
        figures, answered, open_doors = Counter(), set(), []
        for role, model, record in self._strangers():
            for method, (arguments, guessed) in doors_of(record).items():
                answer = self._try_door(model, method, arguments, guessed)
                figures[answer] += 1
                if answer == "answered":
                    answered.add(f"{model}.{method}")
                elif answer not in ("refused", "bad call"):
                    open_doors.append(f"{model}.{method} as {role}: {answer}")
        self.assertFalse(open_doors)
        if self.records.get("other estate"):
            self.assertTrue(figures["refused"])
        if path := os.environ.get(FIGURES):
            with open(path, "a", encoding="utf-8") as stream:
                told = {**figures, "answering": sorted(answered)}
                stream.write(json.dumps(told) + "\n")

    def test_nothing_is_printed_for_strangers(self):
        """A report of a record that its caller may not see is refused, in words."""
        open_doors = []
        for role, model, record in self._strangers():
            for report in self.env["ir.actions.report"].search([("model", "=", model)]):
                with mute_logger("odoo.http", "odoo.sql_db"):
                    answer = self.url_open(
                        f"/report/html/{report.report_name}/{record.id}", timeout=120
                    )
                if not 400 <= answer.status_code < 500:
                    open_doors.append(
                        f"{report.report_name} as {role}: {answer.status_code}"
                    )
        self.assertFalse(open_doors)

    def _strangers(self):
        """(role, model, record) of records that the role, logged in, may not read."""
        for role, user in self._door_users():
            self.authenticate(user.login, user.login)
            for place in self.DOOR_PLACES:
                for model, record in self.records.get(place, {}).items():
                    if not record.with_user(user)._filtered_access("read"):
                        yield role, model, record

    def test_what_is_done_is_seen(self):
        """The walk would notice: a call that writes touches rows that are counted."""
        if not self.records.get("own"):
            return
        user = new_test_user(self.env, "doors_reader", groups="base.group_user")
        self.authenticate(user.login, user.login)
        before = self._rows_written()
        _result, error = self._knock(
            "res.users", "write", [user.ids, {"signature": "<p>Me</p>"}]
        )
        self.assertFalse(error)
        self.assertTrue(self._rows_written() - before)

    def _try_door(self, model, method, arguments, guessed):
        """Knock once: "refused", "answered", "bad call", or else what is wrong."""
        before = self._rows_written()
        with mute_logger("odoo.http", "odoo.sql_db"):
            result, error = self._knock(model, method, arguments)
        if error in REFUSALS:
            return "refused"
        if error:
            return "bad call" if guessed and error in BAD_CALLS else error
        if written := self._rows_written() - before:
            return f"wrote {', '.join(sorted(written))}"
        if method in READS:
            return "was shown" if result else "refused"
        return "answered"
