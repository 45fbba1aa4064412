"""Rows of tables, as they are stored: read, compared, and written again in one go.

Rows are JSON made by the database itself, so that every column is there, whoever added
it. Numbers keep their digits: 145.70 is not 145.7.
"""

import json
from decimal import Decimal

from odoo.tools import SQL

# In the order in which rows refer to each other.
TABLES = ("account_move", "account_move_line", "account_analytic_line")


class Differs(Exception):
    """Records of this kind cannot be made in bulk; the reason is for people."""


def fetch(env, query):
    """Return rows as dicts, and as they are in JSON: ``[(dict, text)]``."""
    return [(read(text), text) for (text,) in env.execute_query(query)]


def read(text):
    return json.loads(text, parse_float=Decimal, parse_int=int)


def rows_of(env, table, column, ids):
    """Return the stored rows of a table that name one of some records."""
    return fetch(
        env,
        SQL(
            "SELECT to_jsonb(t)::text FROM %s t WHERE %s = ANY(%s) ORDER BY t.id",
            SQL.identifier(table),
            SQL.identifier("t", column),
            list(ids),
        ),
    )


def reserve_ids(env, table, count):
    """Return new ids, ascending."""
    rows = env.execute_query(
        SQL(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id'))"
            " FROM generate_series(1, %s)",
            table,
            count,
        )
    )
    return sorted(row[0] for row in rows)


def insert(env, table, templates, rows):
    """Store rows: ``[(number of the template, {column: value that differs})]``.

    What a row does not name is as in its template, which is JSON text of a stored row.
    """
    if not rows:
        return
    env.cr.execute(
        SQL(
            """
            INSERT INTO %(table)s
            SELECT made.*
              FROM jsonb_array_elements(%(rows)s::jsonb) AS row,
                   jsonb_populate_record(
                       NULL::%(table)s,
                       (%(templates)s::jsonb -> (row ->> 0)::int) || (row -> 1)
                   ) AS made
            """,
            table=SQL.identifier(table),
            templates=f"[{','.join(templates)}]",
            rows=json.dumps(rows),
        )
    )


def refresh_statistics(env, *tables):
    """Have the database count tables anew that have grown to twice what it knows.

    Checks of references would go on to read a new table as if it had few rows.
    """
    for (table,) in env.execute_query(
        SQL(
            """
            SELECT relname FROM pg_class
             WHERE oid = ANY(%s::regclass[])
               AND pg_relation_size(oid) > 2 * 8192 * greatest(relpages, 8)
            """,
            list(tables),
        )
    ):
        env.cr.execute(SQL("ANALYZE (SKIP_LOCKED) %s", SQL.identifier(table)))


def touched(env):
    """Return {table: (rows inserted, updated, deleted)} of this transaction."""
    return {
        table: tuple(counts)
        for table, *counts in env.execute_query(
            SQL(
                """
                SELECT relname, n_tup_ins, n_tup_upd, n_tup_del
                  FROM pg_stat_xact_user_tables
                 WHERE n_tup_ins + n_tup_upd + n_tup_del > 0
                   AND schemaname = current_schema()
                """
            )
        )
    }


def changes_between(before, after):
    """Return {table: (inserted, updated, deleted)} between two of ``touched``."""
    found = {}
    for table, counts in after.items():
        delta = tuple(
            now - then
            for now, then in zip(counts, before.get(table, (0, 0, 0)), strict=True)
        )
        if any(delta):
            found[table] = delta
    return found


def relation_columns(env, table):
    """Return {column: table it refers to} of a relation of two columns, else {}."""
    rows = env.execute_query(
        SQL(
            """
            SELECT a.attname, c.confrelid::regclass::text
              FROM pg_attribute a
              LEFT JOIN pg_constraint c
                ON c.conrelid = a.attrelid AND c.contype = 'f'
               AND c.conkey = ARRAY[a.attnum]
             WHERE a.attrelid = to_regclass(%s)
               AND a.attnum > 0 AND NOT a.attisdropped
            """,
            table,
        )
    )
    found = dict(rows)
    return found if len(found) == 2 and all(found.values()) else {}


def compare(table, wanted, stored):
    """Refuse rows that differ in any column.

    :raises Differs: naming the first column
    """
    for column in stored:
        if not is_same(wanted.get(column), stored[column]):
            raise Differs(f"{table}.{column} ({wanted.get(column)} ≠ {stored[column]})")


def is_same(wanted, stored):
    """Whether two values are the same, digits included, be they text or number."""
    if isinstance(stored, Decimal) and isinstance(wanted, str):
        return wanted == str(stored)
    if isinstance(stored, int | float | Decimal) and not isinstance(stored, bool):
        if isinstance(wanted, str):
            return wanted == str(stored)
        return (
            isinstance(wanted, int | float | Decimal)
            and not isinstance(wanted, bool)
            and Decimal(str(wanted)) == Decimal(str(stored))
        )
    return type(wanted) is type(stored) and wanted == stored
