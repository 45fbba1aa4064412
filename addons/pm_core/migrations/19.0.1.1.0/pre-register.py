def migrate(cr, version):
    """Let the code of a property be indexed for searches within it.

    Odoo keeps an index that has the right name, whatever kind it is of.
    """
    cr.execute("DROP INDEX IF EXISTS pm_property__code_index")
