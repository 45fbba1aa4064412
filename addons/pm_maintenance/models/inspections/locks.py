from odoo.tools import SQL


def wait_for(records):
    """Lock the rows, and wait for whoever has them.

    Odoo's own lock skips rows that somebody else has. Here the other one is nearly
    done, and what comes after depends on what it wrote: where it changed a row, the
    database has Odoo do this transaction again.
    """
    if records.ids:
        records.env.execute_query(
            SQL(
                "SELECT id FROM %s WHERE id IN %s ORDER BY id FOR NO KEY UPDATE",
                SQL.identifier(records._table),
                tuple(records.ids),
            )
        )
    return records
