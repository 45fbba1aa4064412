"""Who may write what: the guard of every model of property management.

The web client is no guard. Every field and every public method is one call away for
whoever may open a model. The ORM asks whether a user may write a *record*; this asks
what the user may write *in it*:

* A column that the record works out by itself, that only a step may change, or that
  says in which state the record is, is closed to clients.
* Who names a record must be able to read it, when saving as much as in a form.

Code writes closed columns in steps: methods that check who calls, in which state the
record is and where it belongs, and then write as a step::

    contract.sudo()._as_step().state = "signed"

A step is known by an object in the context that no client can send, since it has no
form in JSON. Being superuser is not enough: ``sudo()`` says that rights are not asked,
not that the values come from code. Only the superuser's own account, which works
for data files, migrations and crons, is always taken for a step.

The check stands in front of all ``create`` and ``write`` of a model, so that it sees
what the caller sent and not what the model adds to it. Nothing has to be declared:
models and fields of this addon and of all that depend on it are guarded by being
there.
"""

import functools
from collections import defaultdict

from odoo import SUPERUSER_ID, Command, api, models
from odoo.api import NewId
from odoo.exceptions import AccessError
from odoo.models import MAGIC_COLUMNS
from odoo.modules.module import Manifest

HOME = "pm_core"
# what the ORM itself ignores when a client sends it
IGNORED = {*MAGIC_COLUMNS, "display_name", "parent_path"}
# closed whatever their declaration: how far a record is, and its secret
CLOSED = {"state", "access_token"}
RELATIONS = {
    "many2one",
    "one2many",
    "many2many",
    "reference",
    "many2one_reference",
    "properties",
}


class _Step:
    """The mark of a step in the context; there is one, and JSON has no word for it."""

    __slots__ = ()

    def __repr__(self):
        return "STEP"

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self


STEP = _Step()


@functools.cache
def is_ours(module):
    """Whether ``module`` is this addon, or builds on it."""
    if module == HOME:
        return True
    manifest = Manifest.for_addon(module, display_warning=False) if module else None
    return bool(manifest) and any(is_ours(name) for name in manifest["depends"])


class Base(models.AbstractModel):
    _inherit = "base"

    # Which columns users set, where the declaration of the field does not say it:
    # {column: states in which, or None for always}. Inherited by adding up.
    _user_columns = {}
    # A model of Odoo whose records belong to estates: not everybody reads each, so
    # relations to it are checked wherever they lead from.
    _guard_private = False
    # A model of Odoo without a field of ours whose relations are checked all the same.
    _guard_relations = False
    # found by ``_setup_guard``: closed columns with the states in which they are
    # open, the relations that are checked when they are saved, and those that are
    # checked when a form shows them
    _guard_closed = {}
    _guard_named = frozenset()
    _guard_shown = frozenset()

    # the mark

    def _as_step(self, *flags):
        """These records, to be written by a step: closed columns are open.

        :param flags: names of context keys that tell other code what is going on;
            it asks for them with ``_in_step(flag)``
        """
        return self.with_context(**dict.fromkeys(("pm_step", *flags), STEP))

    @api.model
    def _in_step(self, flag="pm_step"):
        """Whether code, and no client, has set this key of the context."""
        return self.env.context.get(flag) is STEP

    @api.model
    def _writes_freely(self):
        return self.env.uid == SUPERUSER_ID or self._in_step()

    # what is guarded: found once, when the registry is set up

    @api.model
    def _post_model_setup__(self):
        result = super()._post_model_setup__()
        self._setup_guard()
        return result

    @api.model
    def _setup_guard(self):
        """Find what is guarded in this model, and stand before create and write."""
        cls = self.env.registry[self._name]
        if self._abstract:
            return
        own = is_ours(self._original_module)
        ours = {
            name
            for name, field in self._fields.items()
            if name not in IGNORED
            and not field.inherited
            and (own or (field._modules and is_ours(field._modules[0])))
        }
        opened = {}
        for base in reversed(cls.mro()):
            opened.update(vars(base).get("_user_columns", {}))
        cls._guard_closed = {
            name: opened.get(name, ())
            for name in ours
            if (self._fields[name].readonly or name in CLOSED or opened.get(name))
            and opened.get(name, ()) is not None
        }
        private = {
            name
            for name, field in self._fields.items()
            if name not in IGNORED and self._leads_to_private(field)
        }
        named = {name for name in ours if self._fields[name].type in RELATIONS}
        touched = bool(ours) or self._guard_relations
        cls._guard_named = frozenset(named | private if touched else named)
        cls._guard_shown = frozenset(named | private)
        if cls._guard_closed or cls._guard_named:
            _stand_before(cls)

    @api.model
    def _leads_to_private(self, field):
        """Whether a relation is to records that not everybody may read."""
        if field.type not in ("many2one", "one2many", "many2many"):
            return False
        comodel = self.env[field.comodel_name]
        return comodel._guard_private or is_ours(comodel._original_module)

    # create, write

    @api.model
    def _guard_create(self, vals_list):
        if self._writes_freely():
            return
        for vals in vals_list:
            for name in self._guard_closed.keys() & vals.keys():
                self._check_closed_on_create(name, vals[name])
        if not self.env.su:
            self._check_named([(self, vals) for vals in vals_list])

    @api.model
    def _check_closed_on_create(self, name, value):
        """A new record has what it has by default; nothing else is said of it."""
        states = self._guard_closed[name]
        if states and self.default_get(["state"]).get("state", "draft") in states:
            return
        if not self._same_value(name, value, self.default_get([name]).get(name)):
            self._refuse_column(name)

    def _guard_write(self, vals):
        if self._writes_freely():
            return
        for name in self._guard_closed.keys() & vals.keys():
            states = self._guard_closed[name]
            for record in self:
                if states and record.state in states:
                    continue
                if not record._same_value(name, vals[name], record.sudo()[name]):
                    record._refuse_column(name)
        if not self.env.su:
            self._check_named([(self, vals)])

    def _same_value(self, name, told, held):
        """Whether a client tells what is there anyhow, as forms do now and then."""
        field = self._fields[name]
        if field.type in ("one2many", "many2many"):
            return not told
        if field.type == "binary":
            return not told and not held
        told, held = (
            field.convert_to_cache(value, self, validate=False)
            for value in (told, held)
        )
        return (told or None) == (held or None)

    def _refuse_column(self, name):
        """:raises AccessError: always, with the way that is left"""
        field = self._fields[name]
        if self and self._guard_closed.get(name) and "message_ids" in self._fields:
            raise AccessError(
                self.env._(
                    "%(field)s of %(record)s is not written by hand any more: it "
                    "stands as it was when its step was taken. Use the buttons of "
                    "the form, or send a message about it to add something.",
                    field=field._description_string(self.env),
                    record=self[:1].sudo().display_name or "",
                )
            )
        raise AccessError(
            self.env._(
                "%(field)s of %(record)s is not written by hand: it is worked out, or "
                "set by a step. Use the buttons of the form.",
                field=field._description_string(self.env),
                record=(self.sudo().display_name if self else "")
                or self.env["ir.model"]._get(self._name).name,
            )
        )

    # the other ways in

    @api.model
    def default_get(self, fields):
        """Leave out what a client says by a key of the context and may not write."""
        if self._writes_freely():
            return super().default_get(fields)
        told = {
            name: self.env.context[f"default_{name}"]
            for name in fields
            if f"default_{name}" in self.env.context
            and (name in self._guard_closed or name in self._guard_shown)
        }
        if not told:
            return super().default_get(fields)
        closed = told.keys() & self._guard_closed.keys()
        if closed:
            context = dict(self.env.context)
            for name in closed:
                del context[f"default_{name}"], told[name]
            # pylint: disable-next=context-overridden
            self = self.with_context(context)
        if not self.env.su:
            self._check_named([(self, told)], shown=True)
        return super().default_get(fields)

    def copy_data(self, default=None):
        """A copy by a client is a new record: it starts where those start."""
        vals_list = super().copy_data(default)
        if self._writes_freely() or self._abstract:
            return vals_list
        told = default or {}
        return [
            vals
            and {
                name: value
                for name, value in vals.items()
                if name in told or name not in self._guard_closed
            }
            for vals in vals_list
        ]

    def _update_field_translations(self, field_name, *args, **kwargs):
        if field_name in self._guard_closed and not self._writes_freely():
            self._refuse_column(field_name)
        return super()._update_field_translations(field_name, *args, **kwargs)

    def onchange(self, values, field_names, fields_spec):
        """A form tells about records that its user may read, and about no others."""
        if not self.env.su:
            self._check_named(list(self._told_in_form(values)), shown=True)
        return super().onchange(values, field_names, fields_spec)

    def _told_in_form(self, values):
        """Pairs of records and values in a form: of its own, and of those within."""
        yield self, values
        for name, value in values.items():
            field = self._fields.get(name)
            if field is None or not field.relational or not value:
                continue
            comodel = self.env[field.comodel_name]
            if isinstance(value, dict):
                # a line sends along the form that it stands in
                yield from comodel.browse(_real_ids([value]))._told_in_form(value)
            elif field.type in ("one2many", "many2many"):
                for command in value:
                    if not isinstance(command, (list, tuple)) or len(command) < 3:
                        continue
                    if command[0] in (Command.CREATE, Command.UPDATE) and command[2]:
                        ids = command[1:2] if command[0] == Command.UPDATE else ()
                        yield from comodel.browse(ids)._told_in_form(command[2])

    # who names a record must be able to read it

    @api.model
    def _check_named(self, told, shown=False):
        """Refuse values that name records which the user may not read.

        Records that the value held before may stay, and so may what the record works
        out from what the user may read: naming them says nothing new.

        :param told: pairs of the records that values are for, and the values
        :param shown: the values are for a form, which shows what they name
        :raises AccessError: naming the field, and not the record
        """
        named = defaultdict(dict)
        for records, vals in told:
            for name in records._naming_fields(vals, shown):
                for model, ids in records._named_by(name, vals):
                    for id_ in ids:
                        named[model].setdefault(id_, (records, name, vals))
        for model, sources in named.items():
            there = self.env[model].browse(sources)
            for record in there - there._filtered_told():
                records, name, vals = sources[record.id]
                if record.id not in records._holds(
                    name, model
                ) and record.id not in records._works_out(name, vals):
                    records._refuse_named(name, record)

    def _filtered_told(self):
        """These records as far as the user may know of them.

        For a model that is shown to some in another form.
        """
        return self._filtered_access("read")

    @api.model
    def _naming_fields(self, vals, shown):
        """Fields by which values name records; another model is another record."""
        return {
            name
            for name in (self._guard_shown if shown else self._guard_named)
            if name in vals or getattr(self._fields[name], "model_field", None) in vals
        }

    def _named_by(self, name, vals):
        """Pairs (model, ids) of the records that a value names."""
        field = self._fields[name]
        value = vals[name] if name in vals else self[:1].sudo()[name]
        if not value:
            return
        if field.type == "many2one":
            yield field.comodel_name, _real_ids([value])
        elif field.type in ("one2many", "many2many"):
            yield field.comodel_name, _real_ids(_linked(value))
        elif field.type == "reference" and isinstance(value, str):
            model, __, id_ = value.partition(",")
            if model in self.env and id_.isdigit():
                yield model, [int(id_)]
        elif field.type == "many2one_reference":
            model = vals.get(field.model_field) or self._told_model(field.model_field)
            if model in self.env:
                yield model, _real_ids([value])
        elif field.type == "properties":
            for item in value if isinstance(value, list) else ():
                if item.get("comodel") in self.env:
                    ids = item.get("value") or []
                    yield item["comodel"], _property_ids(ids)

    def _told_model(self, name):
        """The model that a reference by id is to, when values do not say it."""
        if self:
            return self[:1].sudo()[name]
        return self.default_get([name]).get(name)

    def _holds(self, name, model):
        """Ids that all of these records name in a field, from before."""
        held = []
        for record in self.sudo().with_context(active_test=False):
            value = record[name]
            if isinstance(value, models.BaseModel):
                held.append(set(value._origin.ids if value._name == model else ()))
            else:
                held.append({value} if isinstance(value, int) else set())
        return set.intersection(*held) if held else set()

    def _works_out(self, name, vals):
        """Ids of what the field would hold by itself, beside the other values.

        Forms send back what was worked out for them: the test of a training's plan,
        for instance, which who holds the training need not be able to open.
        """
        field = self._fields[name]
        if not field.compute or field.type not in ("many2one", "many2many"):
            return ()
        rest = {key: value for key, value in vals.items() if key != name}
        record = self.new(rest, origin=self[:1])
        return record[name]._origin.ids

    def _refuse_named(self, name, record):
        """:raises AccessError: always; it does not tell what was named"""
        raise AccessError(
            self.env._(
                "%(field)s names a record that you may not read (%(model)s, %(id)s). "
                "Choose one that you can open.",
                field=self._fields[name]._description_string(self.env),
                model=self.env["ir.model"]._get(record._name).name,
                id=record.id,
            )
        )


def _real_ids(values):
    """Ids of records in the database among what clients send for them."""
    for value in values:
        if isinstance(value, dict):
            value = value.get("id")
        elif isinstance(value, (list, tuple)):
            value = value[0] if value else None
        if isinstance(value, models.BaseModel):
            yield from value._origin.ids
        elif isinstance(value, NewId):
            if value.origin:
                yield value.origin
        elif isinstance(value, int) and not isinstance(value, bool):
            yield value


def _property_ids(value):
    return list(_real_ids(value if isinstance(value, list) else [value]))


def _linked(commands):
    """What the commands of an x2many field bring into it."""
    if isinstance(commands, models.BaseModel):
        return commands._origin.ids
    ids = []
    for command in commands:
        if not isinstance(command, (list, tuple)):
            ids.append(command)
        elif command[0] in (Command.LINK, Command.UPDATE):
            ids.append(command[1])
        elif command[0] == Command.SET:
            ids.extend(command[2] or ())
    return ids


def _stand_before(cls):
    """Put the guard before all ``create`` and ``write`` of a model.

    What a model and its mixins add to values in their own methods is code and not the
    caller's, so the guard has to be asked first: on the class of the registry, where
    ``base_automation`` puts its own for the same reason.
    """

    @api.model_create_multi
    def create(self, vals_list):
        if type(self) is cls:
            self._guard_create(vals_list)
        return super(cls, self).create(vals_list)

    def write(self, vals):
        if type(self) is cls:
            self._guard_write(vals)
        return super(cls, self).write(vals)

    for method in (create, write):
        method.is_guard = True
        if not getattr(vars(cls).get(method.__name__), "is_guard", False):
            setattr(cls, method.__name__, method)
