from odoo.tools import sql

TABLE = "pm_notice_delivery"


def migrate(cr, version):
    """Why a message failed is a value now, said in the language of the reader.

    What was stored as a text stays as what the other side said. Databases of 1.0.0, and
    of the first days of 1.1.0, have no notices yet.
    """
    if not sql.column_exists(cr, TABLE, "error"):
        return
    sql.rename_column(cr, TABLE, "error", "detail")
    if not sql.column_exists(cr, TABLE, "problem"):
        sql.create_column(cr, TABLE, "problem", "varchar")
    cr.execute(
        "UPDATE pm_notice_delivery SET problem = 'other' WHERE detail IS NOT NULL"
    )
