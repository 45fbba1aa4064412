def migrate(cr, version):
    """Drop an index that a narrower one took the place of; Odoo drops none itself."""
    cr.execute("DROP INDEX IF EXISTS pm_sla_clock__deadline_index")
