"""What the walk of the doors calls: methods of ours, and arguments that fit them."""

import contextlib
import inspect

from odoo.addons.pm_core.models.shared.pm_guard import is_ours

# What a parameter of this name is given: a dict of what the model could be told.
DICTS = {"vals", "values", "data", "msg_dict", "custom_values"}
# of these, what is written on records; others have keys of their own
FOR_RECORDS = {"vals", "custom_values"}
TEXT = "1"
# by the type of a field that has the name of the parameter
SAMPLES = {
    "integer": 1,
    "float": 1.5,
    "monetary": 1.5,
    "boolean": True,
    "date": "2026-11-10",
    "datetime": "2026-11-10 08:00:00",
    "binary": "eA==",
    "html": "<p>x</p>",
}
# of every record with messages; called as what the ORM itself offers
OF_MESSAGES = {"message_parse", "message_post", "message_subscribe"}
NUMBERS = {"latitude", "longitude", "amount", "quantity", "price", "limit", "offset"}

# what a parameter names that is like no field of its model
NAMED = {
    "category_id": "pm.fault.category",
    "place_id": "pm.property",
    "post_id": "pm.duty.post",
    "product_id": "product.product",
    "responsible_id": "res.users",
    "supplier_id": "res.partner",
    "template_id": "pm.complaint.template",
}
# of those, what names a record of the same model
SAME = {"emergency_id", "into_id", "ids", "id"}


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
        if not hasattr(type(model.env["base"]), name)
        and name not in OF_MESSAGES
        and not any(
            getattr(vars(base).get(name), "_api_private", False)
            for base in type(model).mro()
        )
    }


def parameters_of(method):
    """What a method is told, beside the records that it is called on."""
    return [
        parameter
        for parameter in list(inspect.signature(method).parameters.values())[1:]
        if parameter.kind is not parameter.VAR_POSITIONAL
    ]


def named_model(model, name):
    """The model of the records that a parameter names, or None: it names no record.

    ``user_id`` is what the field ``user_id`` is, ``reason_id`` what the field
    ``pause_reason_id`` is; what is like no field stands in a table here.

    :raises LookupError: it does not; an id of something else would be refused, or
        taken, by chance
    """
    if not (name in ("ids", "id") or name.endswith(("_id", "_ids"))):
        return None
    for field in model._fields.values():
        if field.relational and (field.name == name or field.name.endswith(f"_{name}")):
            return field.comodel_name
    if name in SAME:
        return model._name
    if name not in NAMED:
        raise LookupError(f"{model._name}: say in NAMED what {name} names")
    return NAMED[name]


def about_nobody(model, name, arguments, keywords):
    """Whether a call names no record: what it answers is the caller's own."""
    method = own_methods(model).get(name)
    return getattr(method, "_api_model", False) and not any(
        isinstance(value, (int, list, dict))
        for value in (*arguments, *keywords.values())
    )


def carries(model, parameter, told):
    """Whether what a parameter is given names a record of ``told``."""
    if parameter.name in FOR_RECORDS:
        return bool(relations(model, told))
    return named_model(model, parameter.name) in told


def relations(model, told):
    """Values for each relation of a model to a record in ``told``: {name: value}."""
    return {
        name: told[field.comodel_name].id
        if field.type == "many2one"
        else [(4, told[field.comodel_name].id, 0)]
        for name, field in model._fields.items()
        if field.type in ("many2one", "many2many") and field.comodel_name in told
    }


def argument(model, parameter, told):
    """Something that a method could be given for a parameter."""
    name = parameter.name
    if parameter.kind is parameter.VAR_KEYWORD:
        return message_to(told)
    if name in DICTS:
        return {"body": "x", "subject": "x", **relations(model, told)}
    comodel = named_model(model, name)
    if comodel:
        ids = told[comodel].ids if comodel in told else [1]
        return ids if name.endswith("ids") else ids[0]
    field = model._fields.get(name)
    if name in NUMBERS:
        return 1.5
    return SAMPLES.get(field.type, TEXT) if field else TEXT


def message_to(told):
    """Keywords of a message, to a person of whom there is one."""
    people = {"partner_ids": told["res.partner"].ids} if "res.partner" in told else {}
    return {"body": "x", **people}


def calls_of(record, told):
    """Calls of each public method of ours: (name, arguments, keywords, guessed).

    A method is called with what it asks for, and once more with all that it takes.

    :param told: {model: record} of what arguments name
    """
    for name, method in own_methods(record).items():
        parameters = parameters_of(method)
        needed = [one for one in parameters if one.default is one.empty]
        positional = [
            argument(record, one, told)
            for one in needed
            if one.kind is not one.VAR_KEYWORD
        ]
        if not getattr(method, "_api_model", False):
            positional = [record.ids, *positional]
        yield name, positional, {}, bool(needed)
        more = {}
        for one in parameters:
            value = argument(record, one, told)
            if one.kind is one.VAR_KEYWORD:
                more.update(value)
            elif one not in needed:
                more[one.name] = value
        if more:
            yield name, positional, more, True


def naming_calls_of(record, told):
    """Of the calls of a method those that name a record, other than its own."""
    methods = own_methods(record)
    if hasattr(record, "message_post") and "res.partner" in told:
        people = told["res.partner"].ids
        yield "message_post", [record.ids], message_to(told), False
        yield "message_subscribe", [record.ids, people], {}, False
    for name, arguments, keywords, guessed in calls_of(record, told):
        named = [
            one
            for one in parameters_of(methods[name])
            if one.kind is not one.VAR_KEYWORD and carries(record, one, told)
        ]
        if any(one.name in keywords or one.default is one.empty for one in named):
            yield name, arguments, keywords, guessed


def orm_calls_of(record):
    """What the ORM itself lets anybody call: (name, arguments, keywords, guessed)."""
    ids = record.ids
    plain = next(
        (
            name
            for name, field in record._fields.items()
            if field.store and not field.readonly and field.type in ("char", "text")
        ),
        None,
    )
    yield "read", [ids, ["display_name"]], {}, False
    yield "web_read", [ids, {"display_name": {}}], {}, False
    yield "search_read", [[("id", "in", ids)], ["display_name"]], {}, False
    yield "export_data", [ids, ["id", "display_name"]], {}, False
    yield "unlink", [ids], {}, False
    yield "copy", [ids], {}, False
    if plain:
        yield "write", [ids, {plain: "x"}], {}, False
    if hasattr(record, "message_post"):
        yield "message_post", [ids], {"body": "x"}, False
        yield "message_subscribe", [ids, record.env.user.partner_id.ids], {}, False


READS = ("read", "web_read", "search_read", "export_data")


def related(records):
    """Records by model: these, and those that their relations lead to.

    :param records: {model: record}
    """
    found = dict(records)
    for record in records.values():
        for name, field in record._fields.items():
            if field.type == "many2one" and field.store and record.sudo()[name]:
                found.setdefault(field.comodel_name, record.sudo()[name].sudo(False))
    return found


def filled(model, told, own):
    """Values with which a record can be made that names ``told``.

    :param own: {model: record} for the other relations that it needs
    """
    values = {}
    starts = {}
    # some begin with the records that they were opened on, and cannot without
    with contextlib.suppress(Exception):
        starts = model.default_get(list(model._fields))
    for name, field in model._fields.items():
        if not field.required or field.compute or field.related or starts.get(name):
            continue
        if field.type == "many2one":
            there = own.get(field.comodel_name) or model.env[field.comodel_name].search(
                [], limit=1
            )
            values[name] = there.id
        elif field.type == "selection":
            values[name] = field.get_values(model.env)[0]
        elif field.type not in ("one2many", "many2many"):
            values[name] = SAMPLES.get(field.type, TEXT)
    return {**values, **relations(model, told)}
