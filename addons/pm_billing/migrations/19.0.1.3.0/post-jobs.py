"""Bill runs work by one job after the other; those of before go."""

from odoo import SUPERUSER_ID, api

OLD = ("_prepare_chunk", "_confirm_chunk", "_undo_chunk", "_finish")
STEPS = {"preparing": "prepare", "confirming": "confirm", "undoing": "undo"}


def migrate(cr, version):
    """Take the old jobs out of the queue, and begin anew what they were at."""
    cr.execute(
        "UPDATE queue_job SET state = 'cancelled', date_cancelled = now()"
        " WHERE model_name = 'pm.bill.run' AND method_name IN %s"
        " AND state NOT IN ('done', 'cancelled')",
        [OLD],
    )
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["queue.job.function"].search(
        [("model_id.model", "=", "pm.bill.run"), ("method", "in", OLD)]
    ).unlink()
    for run in env["pm.bill.run"].search([("state", "in", list(STEPS))]):
        if not run.job_step:
            began = run.with_user(run.write_uid).sudo()
            getattr(began, f"_begin_{STEPS[run.state]}")()
