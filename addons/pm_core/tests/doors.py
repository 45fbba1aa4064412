"""Knocks at every door of the server with records of others, as every role.

What the web client shows plays no part: each public method of a model is called over
HTTP as a program of a stranger would, with the ids of records that the caller may not
read. Each call has to be refused in words, or to leave every table as it was; those
that answer strangers are listed in ``door_answers.py`` with the reason.

* ``test_doors_are_shut``: methods are called *on* records of others.
* ``test_arguments_name_nobody_s_records``: methods of one's own records are *told*
  records of others.
* ``door_wizards.py``: dialogs are opened on, filled with and applied to them.

``door_calls.py`` says what is called, ``door_answers.py`` what may answer.
"""

import json
import os
from collections import Counter
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.service.model import execute_cr
from odoo.tests import HttpCase, new_test_user
from odoo.tools import json_default, mute_logger

from .common import UNINVITED
from .door_answers import ANSWERS, EMPTY_PAGES
from .door_calls import (
    READS,
    about_nobody,
    calls_of,
    naming_calls_of,
    orm_calls_of,
    own_methods,
    related,
)
from .door_wizards import WizardWalk

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
# Where the benchmark of security wants the figures of the walk, one line a test. It
# knocks as every role; the tests of every day as those who may do most, and residents.
FIGURES = "PM_DOORS_OUT"
CORE = {
    "pm_core.group_pm_estate_manager",
    "pm_core.group_pm_admin",
    "base.group_portal",
}
SHUT = ("refused", "bad call", "answered", "told its own")
ROWS_WRITTEN = """
    SELECT relname, rows
      FROM (
            SELECT relname,
                   pg_stat_get_xact_tuples_inserted(oid)
                   + pg_stat_get_xact_tuples_updated(oid)
                   + pg_stat_get_xact_tuples_deleted(oid) AS rows
              FROM pg_class
             WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
           ) AS touched
     WHERE rows > 0 AND relname <> ALL(%s)
"""


class DoorWalk(WizardWalk, HttpCase):
    """For classes with ``records`` by place and model, and the estate of the users.

    Every group of property management that is installed gives a role, found by being
    there; beside them knock residents, other employees and accountants.
    """

    DOOR_PLACES = ("other estate", "other company")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Odoo works out which rule refuses, and what its domain says about whom: a
        # third of the time of a walk that is refused nearly everywhere.
        cls.startClassPatcher(
            patch.object(
                cls.registry["ir.rule"],
                "_make_access_error",
                lambda rules, operation, records: AccessError(
                    f"{operation} {records._name}: refused by a rule"
                ),
            )
        )

    def setUp(self):
        super().setUp()
        self.figures, self.answered, self.open_doors = Counter(), set(), []
        # dialogs that the walk could make, and why it could not make others
        self.built, self.unbuilt = set(), {}

    def _door_users(self):
        """(role, user of the own estate) for each role that knocks, logged in."""
        groups = self.env["res.groups"].search(
            [("privilege_id", "=", self.env.ref("pm_core.privilege_property").id)]
        )
        names = set(groups.get_external_id().values()) | {
            name for name in OTHERS if self.env.ref(name, raise_if_not_found=False)
        }
        if not os.environ.get(FIGURES):
            names &= CORE
        if self.records.get("other company"):
            self._far_user()
        for name in sorted(names):
            user = self._door_user(name)
            self._log_in(user)
            # what the tests have put off is written before anything is counted
            self.env.flush_all()
            self._knock("res.users", "context_get", [])
            yield name, user

    def _door_user(self, group):
        """The user of the class who has this group, or a new one."""
        for role, name in getattr(self, "ROLES", {}).items():
            if name == group:
                return self.users[role]
        company = self.estate.company_id
        vals = {"company_id": company.id, "company_ids": company.ids}
        if group != "base.group_portal":
            vals["pm_estate_ids"] = self.estate.ids
        login = "doors_" + group.replace(".", "_")
        return new_test_user(self.env, login, group, context=UNINVITED, **vals)

    def _told(self, place, user):
        """Records of a place by model, as far as a user may not read them."""
        return {
            model: record
            for model, record in self._pool(place).items()
            if not record.with_user(user)._filtered_told()
        }

    def _pool(self, place):
        """Records of a place by model, with what they lead to and who works there."""
        records = related(self.records.get(place, {}))
        if records and place == "other company":
            records["res.users"] = self._far_user()
        return records

    @classmethod
    def _far_user(cls):
        """Somebody who works for the other company only."""
        login = "doors_far_away"
        found = cls.env["res.users"].search([("login", "=", login)])
        company = cls.other_company
        return found or new_test_user(
            cls.env,
            login,
            groups="base.group_user",
            context=UNINVITED,
            company_id=company.id,
            company_ids=company.ids,
        )

    def _strangers(self):
        """(role, place, model, record) of records that the role may not read.

        Those of the class, and those of Odoo's models that have methods of ours and
        that they lead to.
        """
        for role, user in self._door_users():
            for place in self.DOOR_PLACES:
                for model, record in self._told(place, user).items():
                    if model in self.records[place] or (
                        own_methods(record) and not model.startswith("pm.")
                    ):
                        yield role, place, model, record

    # what is tried

    def test_doors_are_shut(self):
        """No method of ours does anything with records that its caller may not see."""
        for role, place, model, record in self._strangers():
            told = self._pool(place)
            for call in (*calls_of(record, told), *orm_calls_of(record)):
                self._try_door(role, model, *call)
        if self.records.get("other estate"):
            self.assertTrue(self.figures["refused"])
        self._settle()

    def test_arguments_name_nobody_s_records(self):
        """Nor does it do anything to one's own records with records of others."""
        for role, user in self._door_users():
            for place in self.DOOR_PLACES:
                told = self._told(place, user)
                for model, record in self.records.get("own", {}).items():
                    if not record.with_user(user)._filtered_access("read"):
                        continue
                    for call in naming_calls_of(record, told):
                        self._try_door(role, model, *call)
        self._settle()

    def test_nothing_is_printed_for_strangers(self):
        """A report of a record that its caller may not see is refused, in words."""
        for role, _place, model, record in self._strangers():
            for report in self.env["ir.actions.report"].search([("model", "=", model)]):
                with mute_logger("odoo.http", "odoo.sql_db"):
                    answer = self.url_open(
                        f"/report/html/{report.report_name}/{record.id}", timeout=120
                    )
                empty = (
                    report.report_name in EMPTY_PAGES
                    and answer.status_code == 200
                    and record.sudo().display_name not in answer.text
                )
                if not empty and not 400 <= answer.status_code < 500:
                    self.open_doors.append(
                        f"{report.report_name} as {role}: {answer.status_code}"
                    )
        self.assertFalse(self.open_doors)

    def test_what_is_done_is_seen(self):
        """The walk would notice: a call that writes touches rows that are counted."""
        if not self.records.get("own"):
            return
        user = new_test_user(self.env, "doors_reader", groups="base.group_user")
        self._log_in(user)
        for number, knock in enumerate((self._knock, self._knock_over_http)):
            before = self._rows_written()
            _result, error = knock(
                "res.users", "write", [user.ids, {"signature": f"<p>Me {number}</p>"}]
            )
            self.assertFalse(error)
            self.assertTrue(self._rows_written() - before)
            _result, error = knock("res.users", "unlink", [self.env.user.ids])
            self.assertIn(error, REFUSALS)

    # how it is tried

    def _log_in(self, user):
        self.door_user = user
        self.authenticate(user.login, user.login)

    def _knock(self, model, method, arguments, keywords=None):
        """The answer of the server to a call: (result, name of the exception).

        The benchmark asks over HTTP; the tests of every day call what HTTP, XML-RPC and
        JSON-RPC all lead to, which takes a third of the time.
        """
        if os.environ.get(FIGURES):
            return self._knock_over_http(model, method, arguments, keywords)
        # as a request does: with nothing in the caches that somebody else has read
        self.env.flush_all()
        arguments, keywords = json.loads(json.dumps([arguments, keywords or {}]))
        context = {**self.door_user.context_get(), **keywords.pop("context", {})}
        keywords["context"] = context
        with self.registry.cursor() as cr:
            try:
                result = execute_cr(
                    cr, self.door_user.id, model, method, arguments, keywords
                )
                return json.loads(json.dumps(result, default=json_default)), None
            except Exception as error:  # pylint: disable=broad-except
                cr.rollback()
                return None, f"{type(error).__module__}.{type(error).__name__}"

    def _knock_over_http(self, model, method, arguments, keywords=None):
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
                        "kwargs": keywords or {},
                    },
                }
            ),
            headers={"Content-Type": "application/json"},
            timeout=120,
        ).json()
        error = answer.get("error")
        return answer.get("result"), error and error["data"]["name"]

    def _rows_written(self, but=()):
        """Rows that were touched in this transaction so far, by table.

        The view ``pg_stat_xact_user_tables`` would ask for the use of each index too,
        which takes longer than most of the calls.
        """
        self.env.cr.execute(ROWS_WRITTEN, [list(but)])
        return Counter(dict(self.env.cr.fetchall()))

    def _try_door(self, role, model, method, arguments, keywords, guessed, but=()):
        """Knock once, and note how it ended.

        :param but: tables that the call may write
        """
        before = self._rows_written(but)
        with mute_logger("odoo.http", "odoo.sql_db"):
            result, error = self._knock(model, method, arguments, keywords)
        if error in REFUSALS:
            end = "refused"
        elif error:
            end = "bad call" if guessed and error in BAD_CALLS else error
        elif written := self._rows_written(but) - before:
            end = f"wrote {', '.join(sorted(written))}"
        elif method in READS:
            end = "was shown" if result else "refused"
        elif about_nobody(self.env[model], method, arguments, keywords):
            end = "told its own"
        else:
            end = "answered"
        self._note(end, f"{model}.{method}", role)
        return result

    def _note(self, end, door, role):
        self.figures[end] += 1
        if end == "answered":
            self.answered.add(door)
        elif end not in SHUT:
            self.open_doors.append(f"{door} as {role}: {end}")

    def _settle(self, answers=True):
        """Nothing was open, and what answered may; figures for the benchmark.

        :param answers: whether answers that did nothing have to be in the table
        """
        if path := os.environ.get(FIGURES):
            with open(path, "a", encoding="utf-8") as stream:
                shown = sorted(self.answered) if answers else []
                told = {
                    **self.figures,
                    "answering": shown,
                    "built": sorted(self.built),
                    "unbuilt": self.unbuilt,
                }
                stream.write(json.dumps(told) + "\n")
        self.assertFalse(self.open_doors)
        self.assertFalse(
            answers and self.answered - ANSWERS.keys(),
            "These methods answer a stranger. Let each refuse, make it private by an "
            "underscore, or say in door_answers.py why everybody may call it.",
        )
