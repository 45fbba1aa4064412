"""Dialogs with nothing entered, and with nonsense: a sentence answers, no crash."""

import itertools
from contextlib import suppress
from datetime import date, datetime

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.models import MAGIC_COLUMNS
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import OrderCase

NONSENSE = {
    "char": (" ", "x" * 5000, "\U0001f525"),
    "text": (" ", "\U0001f525\n" * 1000),
    "html": (" ",),
    "integer": (0, -1, 2**31 - 1),
    "float": (0.0, -1.0, 1e12),
    "monetary": (0.0, -1.0, 1e12),
    "date": (date(1, 1, 1), date(9999, 12, 31)),
    "datetime": (datetime(1, 1, 1), datetime(9999, 12, 31)),
    "binary": (b"", b"!", b"bm90aGluZw=="),
    "boolean": (False, True),
}
# of what is required, when the rest is missing
SOMETHING = {"char": "x", "text": "x", "float": 1, "monetary": 1, "integer": 1}

DONE = "done"


@tagged("post_install", "-at_install")
class TestDialogs(OrderCase):
    """Every dialog of this addon, each of its buttons, as the superuser: what roles
    may do is asked elsewhere.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.make_order()
        # one record of each kind that a dialog may be about
        cls.about = {
            "maintenance.request": cls.order,
            "pm.property": cls.estate,
            "res.partner": cls.owner,
            "res.users": cls.technician,
            "pm.pause.reason": cls.reason,
            "pm.fault.category": cls.category,
        }

    def dialogs(self):
        for name in sorted(self.env.registry):
            model = self.env.registry[name]
            if (
                model._transient
                and not model._abstract
                and model._original_module == "pm_maintenance"
            ):
                yield self.env[name]

    def buttons(self, dialog):
        views = self.env["ir.ui.view"].search([("model", "=", dialog._name)])
        for name in sorted(dir(type(dialog))):
            if name.startswith("action_") and any(name in view.arch for view in views):
                yield name

    def steps(self, dialog):
        """Values of a dialog's own choices, each combination of the required ones."""
        choices = {
            name: [value for value, _label in field._description_selection(self.env)]
            for name, field in dialog._fields.items()
            if field.type == "selection" and field.required and not field.compute
        }
        for values in itertools.product(*choices.values()):
            yield dict(zip(choices, values, strict=True))

    def record(self, model):
        return self.about.get(model) or self.env[model].search([], limit=1)

    def filled(self, dialog, relations):
        """What a dialog is about, if so; and nothing else."""
        values = {}
        for name, field in dialog._fields.items():
            if not field.store or field.related:
                continue
            if field.relational and (field.required or relations):
                record = self.record(field.comodel_name)
                many = field.type != "many2one"
                values[name] = [(6, 0, record.ids)] if many else record.id
            elif field.required and not field.compute and field.type in SOMETHING:
                values[name] = SOMETHING[field.type]
        return values

    def press(self, dialog, values, crashes):
        for button in self.buttons(dialog):
            # a constraint of the database is a sentence for whoever calls by RPC
            refused = suppress(UserError, IntegrityError)
            try:
                with refused, self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                    page = dialog.create(values)
                    getattr(page, button)()
                    self.env.flush_all()
                    # nothing of it stays for the next one
                    raise UserError(DONE)
            except Exception as error:
                crashes.append(f"{dialog._name}.{button} {values}: {error!r}")
            self.env.invalidate_all()

    def test_there_are_buttons(self):
        pressed = [name for dialog in self.dialogs() for name in self.buttons(dialog)]
        self.assertGreater(len(pressed), 15)

    def test_nothing_entered(self):
        crashes = []
        for dialog in self.dialogs():
            for step in self.steps(dialog):
                self.press(dialog, step, crashes)
                self.press(dialog, {**self.filled(dialog, False), **step}, crashes)
        self.assertEqual(crashes, [])

    def test_about_nothing(self):
        """All is entered but for one thing, as when it was deleted meanwhile."""
        crashes = []
        for dialog in self.dialogs():
            known = self.filled(dialog, True)
            relations = [n for n in known if dialog._fields[n].relational]
            for step, name in itertools.product(self.steps(dialog), relations):
                self.press(dialog, {**known, **step, name: False}, crashes)
                only = {n: v for n, v in known.items() if n not in relations}
                self.press(dialog, {**only, **step, name: known[name]}, crashes)
        self.assertEqual(crashes, [])

    def test_nonsense_entered(self):
        crashes = []
        for dialog in self.dialogs():
            known = self.filled(dialog, True)
            for step in self.steps(dialog):
                for name, field in dialog._fields.items():
                    if not field.store or field.related or name in MAGIC_COLUMNS:
                        continue
                    for value in NONSENSE.get(field.type, ()):
                        self.press(dialog, {**known, **step, name: value}, crashes)
        self.assertEqual(crashes, [])
