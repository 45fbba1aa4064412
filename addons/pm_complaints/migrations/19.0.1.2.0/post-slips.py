from odoo.tools.sql import table_exists


def migrate(cr, version):
    """Slips that were printed before each had a code of its own have the customer's.

    They stay good. But whoever printed one has known the code: what is done with it
    from now on says so, and that person does not close the case on a verdict that came
    by it.
    """
    if not version or not table_exists(cr, "pm_complaint_slip"):
        return
    cr.execute(
        """
        INSERT INTO pm_complaint_slip (complaint_id, code, user_id, at,
               create_uid, create_date, write_uid, write_date)
        SELECT step.complaint_id, complaint.access_code, step.user_id, step.at,
               step.user_id, step.at, step.user_id, step.at
          FROM pm_complaint_step step
          JOIN pm_complaint complaint ON complaint.id = step.complaint_id
         WHERE step.step = 'slip'
           AND complaint.access_code IS NOT NULL
           AND NOT EXISTS (
               SELECT FROM pm_complaint_slip slip
                WHERE slip.complaint_id = step.complaint_id
                  AND slip.user_id = step.user_id
                  AND slip.at BETWEEN step.at - interval '1 minute'
                                  AND step.at + interval '1 minute')
        """
    )
