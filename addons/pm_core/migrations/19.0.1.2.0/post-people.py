def migrate(cr, version):
    """Tell self-assessments that were handed in, and forget a problem that is none.

    Before, a figure without a date was tried, and failed, for periods in which its
    KPI was not there yet.
    """
    if not version:
        return
    cr.execute(
        """
        UPDATE pm_appraisal
           SET self_date = COALESCE(pm_appraisal.done_date, pm_appraisal.write_date)
         WHERE state NOT IN ('draft', 'self')
           AND EXISTS (SELECT FROM pm_appraisal_line line
                        WHERE line.appraisal_id = pm_appraisal.id
                          AND (line.self_score > 0 OR line.self_comment > ''))
        """
    )
    cr.execute(
        """
        UPDATE pm_kpi SET last_error = NULL, last_error_date = NULL
         WHERE COALESCE(date_field, '') = '' AND last_error IS NOT NULL
        """
    )
