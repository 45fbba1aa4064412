def migrate(cr, version):
    """Bills beyond the effective day need not be undone any more."""
    cr.execute(
        "UPDATE pm_contract_amendment SET billed_periods = 'adjust'"
        " WHERE billed_periods = 'refuse'"
    )
