"""Comparing secrets that come from outside."""

import hashlib
import hmac

from odoo.tools import SQL, consteq


def same_secret(known, given):
    """Tell whether ``given`` is the secret that we know, in constant time.

    What comes from outside may be anything: no text at all, or an emoji, which no
    secret of ours contains and which ``consteq`` cannot compare.
    """
    return (
        bool(known)
        and isinstance(given, str)
        and given.isascii()
        and consteq(known, given)
    )


def is_signed(secret, body, signature):
    """Tell whether ``signature`` is the HMAC-SHA256 of a body, made with the secret.

    :param bytes body: as it came
    :param signature: in hexadecimal, with or without ``sha256=`` in front
    """
    if not secret or not isinstance(signature, str):
        return False
    made = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return same_secret(made, signature.removeprefix("sha256=").lower())


def fill_column(model, name, make):
    """Give each row that has nothing in a column a secret of its own.

    For ``_init_column`` of a model: Odoo computes the default of a new column once,
    and all rows that are there would share it.

    :param name: of the column
    :param make: called without arguments for each row, returns the secret
    """
    table, column = SQL.identifier(model._table), SQL.identifier(name)
    rows = model.env.execute_query(
        SQL("SELECT id FROM %s WHERE %s IS NULL", table, column)
    )
    for (row,) in rows:
        model.env.execute_query(
            SQL(
                "UPDATE %s SET %s = %s WHERE id = %s RETURNING id",
                table,
                column,
                make(),
                row,
            )
        )
