from psycopg2.errors import SerializationFailure

from odoo import fields, models
from odoo.tools import SQL


class IrCron(models.Model):
    _inherit = "ir.cron"

    def _pm_trigger_once(self):
        """Have the job run soon, for callers that come many times a second.

        ``_trigger`` writes a row and opens a connection for each caller. Here who finds
        a row of another that no job has taken yet relies on it: the job takes rows by
        deleting them before it looks for work, and this keeps the row until the
        caller's own is committed. A row that a job is taking is none to rely on, and
        neither is one that was taken since this transaction began.

        In short: one row and one call of the workers for all that comes before a run.
        """
        self.ensure_one()
        waiting = SQL(
            "SELECT 1 FROM ir_cron_trigger WHERE cron_id = %s AND call_at <= %s"
            " ORDER BY id DESC LIMIT 1 FOR KEY SHARE SKIP LOCKED",
            self.id,
            fields.Datetime.now(),
        )
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(waiting, log_exceptions=False)
                if self.env.cr.rowcount:
                    return
        except SerializationFailure:
            # the row that this transaction saw is gone: the job has run meanwhile
            pass
        self.env.cr.execute(
            SQL(
                "INSERT INTO ir_cron_trigger (cron_id, call_at)"
                " SELECT id, %s FROM ir_cron WHERE id = %s AND active",
                fields.Datetime.now(),
                self.id,
            )
        )
        if self.env.cr.rowcount:
            self.env.cr.postcommit.add(self._notifydb)
