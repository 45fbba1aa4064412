"""Dialogs and strangers: part of the walk of ``doors.py``.

A dialog is a record of the user's own, so no record rule keeps it from naming records
of others. Each transient model is tried by being there, with the records that the class
has of the models it names: ours, and those of Odoo that belong to estates.
"""

import json

from odoo.tools import mute_logger

from odoo.addons.pm_core.models.shared.pm_guard import is_ours

from .door_calls import calls_of, filled, own_methods, related, relations

# What was tried in this run, whichever room it was. Every room leads to customers and
# estates: with one of each a dialog of whoever and of wherever is tried once.
TRIED = set()
# Dialogs that everybody else was kept from: who opened one does not matter.
PRIVATE = set()


class WizardWalk:
    """The part of ``DoorWalk`` that opens, fills and applies dialogs."""

    # by role; a class without them tries nobody else's dialogs
    users = {}

    def _wizards_told(self):
        """(what it is, role, user, wizard, records of others that it can name)

        What it is, is added to ``TRIED`` by whoever has tried it to its end.
        """
        wizards = [
            self.env[name]
            for name in sorted(self.env.registry)
            if self.env[name]._transient
        ]
        for role, user in self._door_users():
            for place in self.DOOR_PLACES:
                told = self._told(place, user)
                private = {
                    model: record
                    for model, record in told.items()
                    if record._guard_private or is_ours(record._original_module)
                }
                for wizard in wizards:
                    own = is_ours(wizard._original_module) or own_methods(wizard)
                    named = told if own else private
                    trial = {
                        (self._testMethodName, role, place, wizard._name, name)
                        for name in relations(wizard, named)
                    }
                    if trial - TRIED and wizard.with_user(user).has_access("create"):
                        yield trial, role, user, wizard, named

    def test_dialogs_open_on_nobody_s_records(self):
        """Neither filled in a form, nor opened on a record, nor saved with one."""
        own = related(self.records.get("own", {}))
        for trial, role, _user, wizard, told in self._wizards_told():
            door = wizard._name
            saved = True
            asked = {
                name: {"fields": {"display_name": {}}}
                for name, field in wizard._fields.items()
                if field.relational
            }
            plain = filled(wizard, {}, own)
            for name, value in relations(wizard, told).items():
                record = told[wizard._fields[name].comodel_name]
                opened = {
                    "active_model": record._name,
                    "active_id": record.id,
                    "active_ids": record.ids,
                    f"default_{name}": value,
                }
                if name in wizard._guard_shown:
                    self._open(role, f"{door}.{name}", wizard, record, {name: value})
                if name in wizard._guard_named:
                    values = {**plain, name: value}
                    saved &= self._save(role, wizard, name, record, values)
                for context in (opened, dict(list(opened.items())[:3])):
                    shown = self._opened(wizard, asked, context)
                    end = "was shown" if self._tells(shown, record) else "refused"
                    self._note(end, f"{door} opened on {record._name}", role)
            if saved:
                TRIED.update(trial)
        self._settle()

    def _open(self, role, door, wizard, record, values):
        (name,) = values
        asked = {name: {"fields": {"display_name": {}}}}
        with mute_logger("odoo.http", "odoo.sql_db"):
            result, error = self._knock(
                wizard._name, "onchange", [[], values, [name], asked]
            )
        told = not error and self._tells(result, record)
        self._note("was shown" if told else "refused", f"{door} in a form", role)

    def _opened(self, wizard, asked, context):
        with mute_logger("odoo.http", "odoo.sql_db"):
            result, _error = self._knock(
                wizard._name, "onchange", [[], {}, [], asked], {"context": context}
            )
        return result

    @staticmethod
    def _tells(result, record):
        """Whether an answer has the record with its name."""
        pair = json.dumps(
            {"id": record.id, "display_name": record.sudo().display_name},
            ensure_ascii=False,
        )
        return pair in json.dumps(result, ensure_ascii=False)

    def _save(self, role, wizard, name, record, values):
        """Save it; return whether nothing else was wrong with it than the record."""
        with mute_logger("odoo.http", "odoo.sql_db"):
            result, error = self._knock(wizard._name, "create", [[values]])
        made = wizard.browse(result or [])
        self.env.invalidate_all()
        end = "is saved" if record in made.sudo()[name] else "refused"
        self._note(end, f"{wizard._name}.{name}", role)
        return error in (None, "odoo.exceptions.AccessError")

    def test_dialogs_do_nothing_with_others(self):
        """Applied to records of others, as if it had got hold of them.

        It may answer, as it names nobody's records but here; it may do nothing.
        """
        own = related(self.records.get("own", {}))
        for trial, role, user, wizard, told in self._wizards_told():
            made = self._make(wizard, user, filled(wizard, told, own))
            if not made:
                continue
            if self.users and wizard._name not in PRIVATE:
                self._check_private(made, user)
                PRIVATE.add(wizard._name)
            tables = [wizard._table] + [
                field.relation
                for field in wizard._fields.values()
                if field.type == "many2many" and field.store
            ]
            for name, arguments, keywords, _guessed in calls_of(made, told):
                # what the dialog holds is guessed too
                call = (name, arguments, keywords, True)
                self._try_door(role, wizard._name, *call, but=tables)
            TRIED.update(trial)
        self._settle(answers=False)

    def _check_private(self, dialog, owner):
        """What somebody typed in a dialog is for nobody else, whatever the role."""
        for role, user in self.users.items():
            if user != owner:
                with self.subTest(dialog=dialog._name, role=role):
                    theirs = dialog.with_user(user)
                    for operation in ("read", "write", "unlink"):
                        self.assertFalse(theirs.has_access(operation))
                    if theirs.browse().has_access("read"):
                        self.assertNotIn(theirs, theirs.search([]))

    def _make(self, wizard, user, values):
        """A dialog of the user's that holds these, past all checks; or none."""
        there = wizard.with_user(user).sudo()._as_step()
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                made = there.create(values)
                self.env.flush_all()
        except Exception as error:  # pylint: disable=broad-except
            # its own constraints keep it from being what the walk would try
            self.unbuilt[wizard._name] = str(error).strip().splitlines()[0]
            return None
        self.built.add(wizard._name)
        return made.with_env(self.env)
