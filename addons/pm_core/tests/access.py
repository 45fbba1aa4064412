"""A role-by-model matrix that walks every model: allowed and refused.

Each area of the addon has a test file ``test_access_<area>.py`` with a class that
inherits ``access.AccessCase`` (imported as a module: a class imported by name would
be collected again), lists its models in ``RIGHTS`` and makes one record of
each. ``r`` read, ``w`` write, ``c`` create, ``d`` delete; a role that is not listed
has no right. Rights hold for records of the user's own estates; company managers
work with all estates of their company; nobody reaches another company. The rights
in ``SHARED_RIGHTS`` hold for records that belong to no estate and no company.
"""

import contextlib
import importlib

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.modules.module import get_module_path
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger
from odoo.tools.safe_eval import safe_eval

from .common import PropertyCase
from .doors import DoorWalk
from .menus import MenuCase
from .two_estates import TwoEstatesWalk

OPERATIONS = {"read": "r", "write": "w", "create": "c", "unlink": "d"}
ROLES = {
    "employee": "base.group_user",
    "staff": "pm_core.group_pm_user",
    "service": "pm_core.group_pm_service",
    "hr": "pm_core.group_pm_hr",
    "manager": "pm_core.group_pm_estate_manager",
    "company": "pm_core.group_pm_company_manager",
    "admin": "pm_core.group_pm_admin",
    "resident": "base.group_portal",
}
# our addons, each after those that it builds on
CHAIN = ("pm_core", "pm_maintenance", "pm_billing", "pm_complaints")
ALL_ESTATES = ("company", "admin")
EVERYBODY = ("staff", "service", "hr", "manager", "company", "admin")


def rights(default, **others):
    """Rights of all who work in property management, where ``others`` differ."""
    return {**dict.fromkeys(EVERYBODY, default), **others}


class GuardWalk(TwoEstatesWalk):
    """What is written in a record, whatever rights there are on it.

    For classes with ``users`` by role and ``records`` by place and model.
    """

    shared = {}
    foreign = {}

    @staticmethod
    def _another_value(record, name):
        """A value that a client would send, and that the field does not hold."""
        field, held = record._fields[name], record[name]
        if field.type == "selection":
            return next((key for key in field.get_values(record.env) if key != held), 0)
        if field.type == "many2one":
            return (held.id or 0) + 1
        if field.type == "boolean":
            return not held
        if field.type in ("integer", "float", "monetary", "many2one_reference"):
            return held + 1
        return {
            "date": "1999-01-01",
            "datetime": "1999-01-01 00:00:00",
            "one2many": [Command.clear()],
            "many2many": [Command.clear()],
            "json": {"x": 1},
        }.get(field.type, "eA==")

    @staticmethod
    def _sees(mine, name, value):
        """Whether a user is shown this value: a form sends it back unchanged."""
        asked = mine.pool.field_depends_context[mine._fields[name]]
        return "uid" in asked and mine[name] == value

    def test_closed_columns_are_nobody_s(self):
        """Neither on a record nor on a new one; every field is asked by being there."""
        for model, record in {**self.shared, **self.records["own"]}.items():
            closed = {
                name: self._another_value(record, name)
                for name, states in record._guard_closed.items()
                if not states
            }
            for role, user in self.users.items():
                mine = record.with_user(user)
                for name, value in closed.items():
                    with self.subTest(model=model, role=role, name=name):
                        if mine.has_access("write") and not self._sees(
                            mine, name, value
                        ):
                            with self.assertRaisesRegex(AccessError, "by hand"):
                                mine.write({name: value})
                        starts = mine.default_get([name]).get(name)
                        if mine.has_access("create") and value and value != starts:
                            with self.assertRaisesRegex(AccessError, "by hand"):
                                mine.create({name: value})

    def test_columns_of_one_state_are_closed_in_others(self):
        """What users set while a record is a draft stays as it is afterwards."""
        for model, record in {**self.shared, **self.records["own"]}.items():
            for name, states in record._guard_closed.items():
                if not states or not self._put_outside(record, states):
                    continue
                value = self._another_value(record, name)
                for role, user in self.users.items():
                    mine = record.with_user(user)
                    if mine.has_access("write"):
                        with (
                            self.subTest(model=model, role=role, name=name),
                            self.assertRaises(UserError),
                        ):
                            mine.write({name: value})

    def _put_outside(self, record, states):
        """Put a record into a state in which a column is closed, if it has one.

        By the database alone: no step leads to each state from where the record is.
        """
        field, holder = record._fields["state"], record.sudo()
        if not field.store:
            # the state of a part is that of its whole
            holder = holder.mapped(field.related.rpartition(".")[0])
        for state in field.get_values(record.env):
            if state in states:
                continue
            self.env.flush_all()
            with (
                contextlib.suppress(IntegrityError),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(
                    SQL(
                        "UPDATE %s SET state = %s WHERE id = %s",
                        SQL.identifier(holder._table),
                        state,
                        holder.id,
                    )
                )
                self.env.invalidate_all()
                return True
        return False

    def test_nobody_names_what_one_may_not_read(self):
        """In no relation, when saving as little as in a form."""
        for model, record in self.records["own"].items():
            closed = {
                name
                for name, states in record._guard_closed.items()
                if record.sudo()["state" if states else "id"] not in states
            }
            for name in record._guard_named - closed:
                for foreign in self._foreign_of(record._fields[name]):
                    for role, user in self.users.items():
                        mine = record.with_user(user)
                        if (
                            not mine.has_access("write")
                            or foreign.with_user(user)._filtered_told()
                        ):
                            continue
                        with self.subTest(model=model, role=role, name=name):
                            self._check_not_named(mine, name, foreign)

    def _foreign_of(self, field):
        if field.type not in ("many2one", "many2many"):
            return
        for place in ("other estate", "other company"):
            if record := self.records.get(place, {}).get(field.comodel_name):
                yield record
        yield from self.foreign.get(field.comodel_name, ())

    def _check_not_named(self, mine, name, foreign):
        told = foreign.id
        if mine._fields[name].type == "many2many":
            told = [Command.link(foreign.id)]
        with self.assertRaisesRegex(AccessError, "may not read"):
            mine.write({name: told})
        with self.assertRaisesRegex(AccessError, "may not read"):
            mine.onchange({name: told}, [name], {name: {}})
        if mine.has_access("create"):
            with self.assertRaisesRegex(AccessError, "may not read"):
                mine.create({name: told})


def listed_models(case=None):
    """The models that are in any matrix of any addon, transient ones too."""
    found = set()
    for each in (case or AccessCase).__subclasses__():
        found |= {
            *each.RIGHTS,
            *each.SHARED_RIGHTS,
            *each.WIZARDS,
            *listed_models(each),
        }
    return found


def read_all_matrices():
    """Have the matrices of all our addons, whichever of their tests are run."""
    for addon in CHAIN:
        if get_module_path(addon):
            importlib.import_module(f"odoo.addons.{addon}.tests")


def models_of(env, addon):
    """The names of the models that an addon adds, without the abstract ones."""
    found = set()
    for model in env["ir.model"].search([("model", "=like", "pm.%")]):
        modules = (model.modules or "").split(", ")
        first = next((name for name in CHAIN if name in modules), None)
        if first == addon and not model.abstract:
            found.add(model.model)
    return found


@tagged("post_install", "-at_install")
class AccessCase(GuardWalk, MenuCase, PropertyCase, DoorWalk):
    """The matrix; a class without ``RIGHTS`` of its own tests nothing."""

    ROLES = ROLES
    RIGHTS = {}
    SHARED_RIGHTS = {}
    # who may open these dialogs
    WIZARDS = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.env["res.company"].create({"name": "Second Company"})
        cls.users = {
            role: cls._make_role_user(role, group) for role, group in cls.ROLES.items()
        }
        cls.records = {
            "own": cls._make_records(cls.estate),
            "other estate": cls._make_records(cls.make_estate("Other Garden")),
            "other company": cls._make_records(
                cls.make_estate("Far Garden", company_id=cls.other_company.id)
            ),
        }
        cls.shared = cls._make_shared_records()
        cls._far_user()
        elsewhere = cls.make_estate("Away Garden")
        away = cls.make_partner("Ms Away", pm_estate_id=elsewhere.id)
        below = cls.make_partner("Mother Away", parent_id=away.id, company_id=False)
        cls.foreign = {"pm.property": elsewhere, "res.partner": away | below}

    @classmethod
    def _make_role_user(cls, role, group):
        if role == "resident":
            return cls.make_user("pm_access_resident", group)
        return cls.make_user(f"pm_access_{role}", group, cls.estate)

    @classmethod
    def _make_records(cls, estate):
        """One record of each model in ``RIGHTS`` that belongs to ``estate``."""
        return {}

    @classmethod
    def _make_shared_records(cls):
        """One record of each model in ``SHARED_RIGHTS``."""
        return {}

    def _found(self, record, user):
        return "".join(
            letter
            for operation, letter in OPERATIONS.items()
            if record.with_user(user).has_access(operation)
        )

    def test_matrix(self):
        for place, records in self.records.items():
            self.assertEqual(set(records), set(self.RIGHTS))
            for model, record in records.items():
                self.assertEqual(record._name, model)
                for role, user in self.users.items():
                    allowed = self.RIGHTS[model].get(role, "")
                    if place == "other company" or (
                        place == "other estate" and role not in ALL_ESTATES
                    ):
                        allowed = ""
                    with self.subTest(place=place, model=model, role=role):
                        self.assertEqual(self._found(record, user), allowed)

    def test_shared_matrix(self):
        self.assertEqual(set(self.shared), set(self.SHARED_RIGHTS))
        for model, record in self.shared.items():
            self.assertEqual(record._name, model)
            for role, user in self.users.items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(
                        self._found(record, user),
                        self.SHARED_RIGHTS[model].get(role, ""),
                    )

    def test_wizards(self):
        for model, roles in self.WIZARDS.items():
            for role, user in self.users.items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(
                        self.env[model].with_user(user).has_access("create"),
                        role in roles,
                    )

    def test_menus_open(self):
        """What shows these models opens for every role, with records to show."""
        self.open_menus({**self.shared, **self.records["own"]})

    def test_reports_print(self):
        """What is bound to these models prints, and has a name for its file."""
        for model, record in {**self.shared, **self.records["own"]}.items():
            for report in self.env["ir.actions.report"].search([("model", "=", model)]):
                with self.subTest(report=report.report_name):
                    html, _kind = report._render_qweb_html(report, record.ids)
                    self.assertTrue(html)
                    name = report.print_report_name
                    if name:
                        self.assertTrue(safe_eval(name, {"object": record}).strip())
            if "access_token" in record._fields and "access_url" in record._fields:
                self.assertTrue(record._get_report_base_filename())

    def test_lists_show_the_own_estates_only(self):
        for model, granted in self.RIGHTS.items():
            records = {place: records[model] for place, records in self.records.items()}
            for role, letters in granted.items():
                if "r" not in letters:
                    continue
                with self.subTest(model=model, role=role):
                    found = self.env[model].with_user(self.users[role]).search([])
                    self.assertIn(records["own"], found)
                    self.assertNotIn(records["other company"], found)
                    self.assertEqual(
                        records["other estate"] in found, role in ALL_ESTATES
                    )
