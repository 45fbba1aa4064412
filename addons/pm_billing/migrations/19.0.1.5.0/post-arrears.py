def migrate(cr, version):
    """The report of arrears is asked for the days that are meant: no view any more."""
    if version:
        cr.execute("DROP VIEW IF EXISTS pm_arrears_report")
