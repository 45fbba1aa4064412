COLUMNS = ("amount_credited", "amount_written_off", "amount_receivable")


def migrate(cr, version):
    """Have the columns of the charges there, so that they are worked out once only.

    Adding them, Odoo would work them out before matches know what they settled.
    """
    cr.execute("SELECT to_regclass('pm_charge')")
    if cr.fetchone()[0]:
        for column in COLUMNS:
            cr.execute(
                f"ALTER TABLE pm_charge ADD COLUMN IF NOT EXISTS {column} numeric"
            )
