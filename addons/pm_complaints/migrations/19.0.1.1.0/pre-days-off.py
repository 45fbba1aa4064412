from odoo.tools.sql import column_exists, create_column


def migrate(cr, version):
    """Rules called on every day of the week; those that are there go on so.

    Only what is made from now on keeps the days off of its estate unless it says
    otherwise.
    """
    if not version:
        return
    for table in ("pm_follow_up_rule", "pm_follow_up"):
        if not column_exists(cr, table, "days_off"):
            create_column(cr, table, "days_off", "boolean")
            cr.execute(f"UPDATE {table} SET days_off = TRUE")
