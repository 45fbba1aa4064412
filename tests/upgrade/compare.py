"""What two states of a database have in common, by SQL and without Odoo.

``business`` reads what people entered: every row of every table that is not part of the
product itself. ``product`` reads what the product brings: schema, access, scheduled
actions, views, menus, words. Both return plain dictionaries; ``differences`` tells what
differs in lines that a person can act upon.
"""

import ast
import json
import re

from tooling import postgres

OURS = "('pm_core', 'pm_maintenance', 'pm_billing', 'pm_complaints')"
# A new database of the tests has it, and no other.
ONLY_TESTED_WITH = "('payment_demo')"
# What Odoo notes about a row, and what follows from other rows by position.
NOTES = {"create_uid", "create_date", "write_uid", "write_date", "parent_path"}
# Tables in which Odoo keeps the product itself, its own notes, or what passes.
NOT_BUSINESS = (
    "ir_",
    "base_",
    "bus_",
    "res_groups",
    "report_",
    "queue_job",
    "wizard_",
    "mail_",
    "res_config",
    "web_",
    "digest_",
    "iap_",
    "rel_",
    "decimal_",
    "orm_",
    "discuss_",
)
# read in any case: who may see a file, whom a message reaches
BUSINESS = ("ir_attachment", "mail_message", "mail_followers", "mail_activity")
# The name of a model of Odoo is translated by every addon that extends it, so that the
# order of loading decides whose words are there: only the names of ours are compared
# in all languages.
MODEL_NAME = """
    CASE WHEN model LIKE 'pm.%' THEN name::text ELSE name ->> 'en_US' END
"""
SCHEMA = {
    "column": """
        SELECT c.table_name || '.' || c.column_name,
               c.data_type || CASE c.is_nullable WHEN 'NO' THEN ' not null' ELSE '' END
          FROM information_schema.columns c
          JOIN information_schema.tables t USING (table_schema, table_name)
         WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
    """,
    "constraint": """
        SELECT conrelid::regclass || ' ' || conname, pg_get_constraintdef(oid)
          FROM pg_constraint
         WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
    """,
    "index": """
        SELECT tablename || ' ' || indexname, indexdef
          FROM pg_indexes WHERE schemaname = 'public'
    """,
    "view": "SELECT viewname, definition FROM pg_views WHERE schemaname = 'public'",
    "module": "SELECT name, state || ' ' || latest_version FROM ir_module_module"
    f" WHERE name IN {OURS} AND state <> 'uninstalled'",
    "model": f"SELECT model, {MODEL_NAME} FROM ir_model",
    "field": f"""
        SELECT model || '.' || name, ttype || ' ' || coalesce(relation, '')
          FROM ir_model_fields f
         WHERE NOT EXISTS (
                   SELECT FROM ir_model_data
                    WHERE model = 'ir.model.fields' AND res_id = f.id
                   HAVING bool_and(module IN {ONLY_TESTED_WITH})
               )
    """,
    "name": "SELECT module || '.' || name, model || CASE WHEN noupdate"
    f" THEN ' noupdate' ELSE '' END FROM ir_model_data WHERE module IN {OURS}",
}
# Models whose records the product brings and keeps; others are the company's own once
# they are there.
PRODUCT = (
    "ir.model",
    "ir.model.fields",
    "ir.model.fields.selection",
    "ir.model.access",
    "ir.rule",
    "ir.cron",
    "ir.actions.server",
    "ir.actions.act_window",
    "ir.actions.report",
    "ir.actions.client",
    "ir.actions.act_window.view",
    "ir.ui.view",
    "ir.ui.menu",
    "res.groups",
    "res.groups.privilege",
    "ir.model.constraint",
    "report.paperformat",
    "mail.message.subtype",
)
ELSEWHERE = {
    "ir.actions.act_window": "ir_act_window",
    "ir.actions.act_window.view": "ir_act_window_view",
    "ir.actions.server": "ir_act_server",
    "ir.actions.report": "ir_act_report_xml",
    "ir.actions.client": "ir_act_client",
}
# Moments and counters, and what a view was before its last update.
MOVES = {
    "nextcall",
    "lastcall",
    "failure_count",
    "first_failure_date",
    "arch_updated",
    "arch_prev",
}
# People and journals of the demo, which a new database has not.
DEMO = re.compile(r"^\w+\.\w*demo_")
_BOTH_SIDES = re.compile(r"(\w+_rel) \1_(pkey|\w+_id_\w+_id_idx)$")
_ACTION = re.compile(r'(?<=<button name=\\")[0-9]+|(?<=<button name=")[0-9]+')


def _rows(database, query):
    """The rows of a query whose one column is JSON."""
    lines = postgres.sql(query, database)
    return [json.loads("\t".join(line)) for line in lines]


def _plain(definition):
    """A condition without what a dump and its loading add to it."""
    return re.sub(r"::[a-z ]+(\[\])?|[\s()]", "", definition)


def _plain_view(definition):
    """A view without the order of its columns.

    Where a view says ``*``, as Odoo's on the history of skills, the database has put
    the columns in the order in which they were added to the table. A view that holds
    the day on which it was made, as Odoo's on certificates, is the same on another day.
    """
    undated = re.sub(r"'\d{4}-\d\d-\d\d'", "'DAY'", definition)
    return sorted(_plain(line).strip(",") for line in undated.splitlines())


def _pairs(database, query):
    wrapped = f"SELECT json_build_array(key, value) FROM ({query}) AS found(key, value)"
    return dict(_rows(database, wrapped))


def tables(database):
    """The tables of a database, with the columns of each."""
    found = {}
    for name in _pairs(database, SCHEMA["column"]):
        table, column = name.split(".")
        found.setdefault(table, set()).add(column)
    return found


def business(database):
    """``{table: {id: row}}`` of what people entered.

    Rows that the product ships are left out, for an update may change them.
    """
    found = {}
    for table, columns in tables(database).items():
        if table not in BUSINESS and table.startswith(NOT_BUSINESS):
            continue
        if "id" not in columns:
            continue
        model = table.replace("_", ".")
        shipped = (
            "SELECT 1 FROM ir_model_data shipped WHERE shipped.res_id = t.id"
            f" AND shipped.model IN ('{model}')"
        )
        rows = _rows(
            database,
            f'SELECT row_to_json(t) FROM "{table}" t WHERE NOT EXISTS ({shipped})',
        )
        found[table] = {
            row["id"]: {name: row[name] for name in row.keys() - NOTES} for row in rows
        }
    return found


def product(database):
    """``{kind: {name: value}}`` of what the product brings."""
    found = {kind: _pairs(database, query) for kind, query in SCHEMA.items()}
    plain = {"constraint": _plain, "index": _plain, "view": _plain_view}
    for kind in plain:
        found[kind] = {
            name: plain[kind](text)
            for name, text in found[kind].items()
            # which of its two sides came first is told by the order of loading only
            if not _BOTH_SIDES.match(name)
        }
    names = {}
    for model, record, name in _rows(
        database,
        "SELECT json_build_array(model, res_id, min(module || '.' || name))"
        " FROM ir_model_data GROUP BY model, res_id",
    ):
        names[model, record] = name
    links = _links(database)
    for model in PRODUCT:
        table = ELSEWHERE.get(model, model.replace(".", "_"))
        found[model] = {
            names[model, row["id"]]: _portable(row, table, links, names)
            for row in _rows(
                database,
                f'SELECT row_to_json(t) FROM "{table}" t WHERE id IN (SELECT res_id'
                f" FROM ir_model_data WHERE model = '{model}' AND module IN {OURS})",
            )
        }
    found["groups of a rule"] = _groups_of_rules(database, names)
    found["words"] = _words(database)
    return {
        kind: {name: of[name] for name in of if not DEMO.match(name)}
        for kind, of in found.items()
    }


def _links(database):
    """``{(table, column): model}`` of the columns that point to another table."""
    query = """
        SELECT json_build_array(
                   conrelid::regclass::text, attname, confrelid::regclass::text
               )
          FROM pg_constraint
          JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
         WHERE contype = 'f' AND connamespace = 'public'::regnamespace
    """
    models = {table: model for model, table in ELSEWHERE.items()}
    return {
        (table.strip('"'), column): models.get(target, target.replace("_", "."))
        for table, column, target in _rows(database, query)
    }


def _portable(row, table, links, names):
    """A row without what differs from database to database."""
    kept = {}
    for column, value in row.items():
        if column in NOTES | MOVES | {"id"}:
            continue
        if table == "ir_model" and column == "name":
            continue  # compared under "model"
        if model := links.get((table, column)):
            value = names.get((model, value), "another" if value else None)
        elif column == "action" and value:
            model, record = value.split(",")
            value = names.get((model, int(record)))
        elif column == "arch_db":
            value = _with_names(value, names)
        elif column == "params_store" and value:
            value = _with_dashboard(value, names)
        kept[column] = value
    return kept


def _with_names(arch, names):
    """An architecture that calls actions by their name, not by their number."""

    def name(found):
        record = int(found[0])
        called = (names.get((model, record)) for model in ELSEWHERE)
        return next(filter(None, called), found[0])

    return {lang: _ACTION.sub(name, text) for lang, text in (arch or {}).items()}


def _with_dashboard(params, names):
    """What a client action is opened with, the dashboard by its name.

    :param params: a dictionary as Odoo stores it, in bytes as PostgreSQL shows them
    """
    values = ast.literal_eval(bytes.fromhex(params.removeprefix("\\x")).decode())
    if number := values.get("dashboard_id"):
        values["dashboard_id"] = names.get(("spreadsheet.dashboard", number), number)
    return values


def _words(database):
    """What shipped records that updates leave alone say, in each language.

    ``{"name column": {language: text}}`` of their short texts; long ones (HTML) are the
    company's once they are there.
    """
    columns = _rows(
        database,
        f"""
        SELECT json_build_array(field.model, field.name)
          FROM ir_model_fields field
         WHERE field.translate = 'standard' AND field.store
           AND field.model IN (
                   SELECT model FROM ir_model_data
                    WHERE noupdate AND module IN {OURS}
               )
        """,
    )
    there = tables(database)
    queries = [
        f"""
        SELECT data.module || '.' || data.name || ' {column}', t.{column}
          FROM ir_model_data data
          JOIN "{table}" t ON t.id = data.res_id
         WHERE data.noupdate AND data.model = '{model}' AND data.module IN {OURS}
        """
        for model, column in columns
        if column
        in there.get(table := ELSEWHERE.get(model, model.replace(".", "_")), ())
    ]
    return _pairs(database, " UNION ALL ".join(queries))


def _groups_of_rules(database, names):
    found = {}
    for rule, group in _rows(
        database, "SELECT json_build_array(rule_group_id, group_id) FROM rule_group_rel"
    ):
        name = names.get(("ir.rule", rule))
        if name:
            found.setdefault(name, set()).add(names.get(("res.groups", group)))
    return {name: sorted(map(str, groups)) for name, groups in found.items()}


def differences(first, second, titles, ignore=lambda kind, name, column: False):
    """Lines that say what is in one of two dictionaries of dictionaries only."""
    lines = []
    for kind in sorted({*first, *second}):
        one, other = first.get(kind, {}), second.get(kind, {})
        for name in sorted({*one, *other}, key=str):
            if name not in one or name not in other:
                where = titles[name in other]
                if not ignore(kind, name, None):
                    lines.append(f"{kind} {name}: only {where}")
            elif one[name] != other[name]:
                lines += _columns(kind, name, one[name], other[name], titles, ignore)
    return lines


def _columns(kind, name, one, other, titles, ignore):
    if not isinstance(one, dict) or not isinstance(other, dict):
        one, other = {"": one}, {"": other}
    for column in sorted({*one, *other}):
        old, new = one.get(column), other.get(column)
        if old != new and not ignore(kind, name, column):
            yield (
                f"{kind} {name} {column}: {titles[0]} {str(old)[:300]!r},"
                f" {titles[1]} {str(new)[:300]!r}"
            )


def changes(before, after):
    """``{what: how}`` of what an update did to the rows that people entered.

    Columns and tables that came or went are left to the comparison with a new database.
    """
    found = {}
    for table, old in before.items():
        if table not in after:
            if old:
                found[f"{table} gone"] = f"{len(old)} rows"
            continue
        new = after[table]
        for word, rows, others in (("gone", old, new), ("new", new, old)):
            if some := rows.keys() - others.keys():
                example = str(rows[min(some)])[:200]
                found[f"{table} rows {word}"] = f"{len(some)}, e.g. {example}"
        for column in _shared_columns(old, new):
            pairs = {
                key: (str(old[key][column])[:200], str(new[key][column])[:200])
                for key in old.keys() & new.keys()
                if old[key][column] != new[key][column]
            }
            if pairs:
                key = min(pairs)
                found[f"{table}.{column}"] = (
                    f"{len(pairs)} of {len(old)} rows, e.g. {key}:"
                    f" {pairs[key][0]!r} became {pairs[key][1]!r}"
                )
    return found


def _shared_columns(old, new):
    if not old or not new:
        return []
    one, other = next(iter(old.values())), next(iter(new.values()))
    return sorted(one.keys() & other.keys())
