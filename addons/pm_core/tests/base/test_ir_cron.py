"""One call of a job for all that comes before it runs, and none that it misses."""

from datetime import timedelta

from psycopg2.errors import LockNotAvailable

from odoo import SUPERUSER_ID, api, fields
from odoo.sql_db import db_connect
from odoo.tests import TransactionCase, tagged

TAKE = "DELETE FROM ir_cron_trigger WHERE cron_id = %s AND call_at <= %s"


@tagged("post_install", "-at_install")
class TestTriggerOnce(TransactionCase):
    """Each cursor here is a process of its own: a caller, another one, the job."""

    def setUp(self):
        super().setUp()
        self.job = self.env.ref("base.autovacuum_job").id
        self.addCleanup(self.clear)
        self.clear()

    def cursor(self):
        cursor = db_connect(self.env.cr.dbname).cursor()
        self.addCleanup(cursor.close)
        return cursor

    def clear(self):
        with db_connect(self.env.cr.dbname).cursor() as cursor:
            cursor.execute("DELETE FROM ir_cron_trigger WHERE cron_id = %s", [self.job])

    def waiting(self, cursor):
        cursor.execute(
            "SELECT count(*) FROM ir_cron_trigger WHERE cron_id = %s", [self.job]
        )
        return cursor.fetchone()[0]

    def call(self, cursor):
        """Call the job; return whether it leaves a row of its own."""
        cron = api.Environment(cursor, SUPERUSER_ID, {})["ir.cron"].browse(self.job)
        before = self.waiting(cursor)
        cron._pm_trigger_once()
        # the workers are called where a row is left, and only there
        called = cron._notifydb in list(cursor.postcommit._funcs)
        cursor.postcommit.clear()
        made = self.waiting(cursor) - before
        self.assertEqual(called, bool(made))
        return made

    def take(self, cursor):
        cursor.execute(TAKE, [self.job, fields.Datetime.now() + timedelta(seconds=5)])

    def commit(self, cursor):
        cursor._cnx.commit()

    def test_who_comes_later_relies_on_the_first(self):
        first, second = self.cursor(), self.cursor()
        self.assertEqual(self.call(first), 1)
        self.commit(first)
        self.assertEqual(self.call(second), 0)
        self.assertEqual(self.call(second), 0)

    def test_a_job_waits_for_who_relies_on_its_row(self):
        """Else it would look before that one's message is there."""
        first, caller, job = self.cursor(), self.cursor(), self.cursor()
        self.call(first)
        self.commit(first)
        self.assertEqual(self.call(caller), 0)
        job.execute("SET LOCAL lock_timeout = '100ms'")
        with self.assertRaises(LockNotAvailable), job.savepoint(flush=False):
            job.execute(
                TAKE,
                [self.job, fields.Datetime.now() + timedelta(seconds=5)],
                log_exceptions=False,
            )
        self.commit(caller)
        self.take(job)
        self.commit(job)
        self.assertEqual(self.waiting(job), 0)

    def test_a_row_that_is_being_taken_is_none_to_rely_on(self):
        first, caller, job = self.cursor(), self.cursor(), self.cursor()
        self.call(first)
        self.commit(first)
        self.take(job)
        self.assertEqual(self.call(caller), 1)
        self.commit(caller)
        self.commit(job)
        # the next run has its own
        self.assertEqual(self.waiting(job), 1)

    def test_a_row_that_was_taken_meanwhile(self):
        first, caller, job = self.cursor(), self.cursor(), self.cursor()
        self.call(first)
        self.commit(first)
        # this one still sees it
        self.assertEqual(self.waiting(caller), 1)
        self.take(job)
        self.commit(job)
        self.assertEqual(self.call(caller), 1)

    def test_a_job_that_is_switched_off_is_not_called(self):
        cursor = self.cursor()
        cursor.execute("UPDATE ir_cron SET active = FALSE WHERE id = %s", [self.job])
        self.assertEqual(self.call(cursor), 0)
