from unittest.mock import patch

from psycopg2 import InterfaceError, OperationalError
from psycopg2.errors import DeadlockDetected

from odoo.exceptions import AccessError, ConcurrencyError
from odoo.tests import freeze_time
from odoo.tools import mute_logger

from odoo.addons.pm_core.controllers.shared.queue_job import RunJobController
from odoo.addons.pm_core.models.shared import pm_job_mixin
from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.job import Job

from ..common import BillingCase

LOGGER = "odoo.addons.pm_core.models.shared.pm_job_mixin"


@freeze_time("2026-11-10")
class TestBillRunJobs(BillingCase):
    """A bill run in jobs of the queue, each of which does one piece."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls.make_staff("clerk", "pm_billing.group_pm_billing_clerk")
        cls.make_fees()
        cls.env["ir.config_parameter"].set_param("pm_core.job_seconds", "1e-9")

    def setUp(self):
        super().setUp()
        run = self.make_run()
        self.startPatcher(patch.object(type(run), "_job_size", lambda *_arguments: 2))
        self.run_ = run.with_user(self.clerk).with_context(
            queue_job__no_delay=False, tracking_disable=True
        )

    def job(self):
        """The job that the run waits for."""
        return Job.load(self.env, self.run_.job_uuid)

    def work(self, job=None):
        """Do a job as a worker of the queue does; it becomes *done*."""
        job = job or self.job()
        job.perform()
        job.set_done()
        job.store()
        self.env.invalidate_all()
        return job

    def finish(self):
        """Do all jobs of the step under way."""
        jobs = []
        while self.run_.job_step and not self.run_.job_stop:
            jobs.append(self.work())
        return jobs

    def jobs_in_queue(self):
        return (
            self.env["queue.job"]
            .sudo()
            .search([("model_name", "=", "pm.bill.run"), ("state", "!=", "done")])
        )

    def bill_by_jobs(self):
        """The run, billed; and all jobs that were done for it."""
        self.run_.action_prepare()
        jobs = self.finish()
        self.run_.action_confirm()
        return jobs + self.finish()

    # -- one job after the other ----------------------------------------------

    def test_step_by_step(self):
        run = self.run_
        for action, working, total, left, after in [
            (run.action_prepare, "preparing", 6, [6, 4, 2], "prepared"),
            (run.action_confirm, "confirming", 3, [3, 1], "done"),
            (run.action_undo, "undoing", 3, [3, 1], "undone"),
        ]:
            with self.subTest(step=working):
                action()
                found = []
                while run.job_step:
                    self.assertEqual((run.state, run.job_total), (working, total))
                    self.assertIn(f"{run.job_left} left", run.job_message)
                    self.assertEqual(len(self.jobs_in_queue()), 1)
                    self.assertEqual(self.jobs_in_queue().user_id, self.clerk)
                    found.append(run.job_left)
                    self.work()
                self.assertEqual((found, run.state), (left, after))
                self.assertFalse(self.jobs_in_queue())
                self.assertFalse(run.job_message)
        self.assertEqual(self.receivable(), 0.0)
        self.assertLedgerTies()

    def test_a_job_takes_as_many_pieces_as_fit_its_time(self):
        self.env["ir.config_parameter"].set_param("pm_core.job_seconds", "600")
        self.assertEqual(len(self.bill_by_jobs()), 2)
        self.assertEqual(self.run_.posted_count, 6)

    def test_retry_failed_goes_on_to_the_bills(self):
        bare = self.make_unit(self.building, "no-area", gross_area=0)
        self.make_occupancy(bare, self.owner)
        self.make_fee(bare)
        self.bill_by_jobs()
        bare.gross_area = 10.0
        self.run_.action_retry_failed()
        self.finish()
        self.assertEqual(self.run_.state, "done")
        self.assertEqual(self.run_.posted_count, 7)

    def test_pressed_twice(self):
        """The second press is for what is under way already."""
        self.run_.action_prepare()
        job = self.job()
        self.run_.action_prepare()
        self.assertEqual(self.jobs_in_queue().uuid, job.uuid)
        self.finish()
        self.run_.action_confirm()
        self.run_.action_confirm()
        self.assertEqual(len(self.jobs_in_queue()), 1)
        self.finish()
        self.assertEqual(len(self.run_.sudo().move_ids), 3)

    # -- jobs of before ---------------------------------------------------------

    def assertDoesNothing(self, jobs):
        """Jobs that are put back into the queue by hand change nothing."""
        names = ["state", "job_round", "job_uuid", "job_todo", "posted_count"]
        before = self.run_.read(names)
        charges = self.env["pm.charge"].search([]).read()
        for job in jobs:
            again = self.work(Job.load(self.env, job.uuid))
            self.assertIn("Out of date", again.result)
        self.assertEqual(self.run_.read(names), before)
        self.assertEqual(self.env["pm.charge"].search([]).read(), charges)

    def test_jobs_of_an_undone_run(self):
        jobs = self.bill_by_jobs()
        self.run_.action_undo()
        self.assertDoesNothing(jobs)
        jobs += self.finish()
        self.assertEqual(self.run_.state, "undone")
        self.assertDoesNothing(jobs)
        self.run_.action_prepare()
        self.assertDoesNothing(jobs)

    def test_a_done_job_of_the_round_under_way(self):
        self.run_.action_prepare()
        job = self.work()
        self.assertDoesNothing([job])
        self.assertEqual(len(self.jobs_in_queue()), 1)

    def test_a_run_that_was_deleted(self):
        self.run_.action_prepare()
        job = self.job()
        run = self.run_.sudo()._as_step()
        run.job_step = False
        run.state = "draft"
        run.unlink()
        self.assertIn("deleted", self.work(job).result)

    # -- what goes wrong ----------------------------------------------------------

    def warning(self):
        return self.run_.sudo().activity_ids

    @mute_logger(LOGGER)
    def test_an_error_is_shown(self):
        """Nothing of the job that met it is kept; what was done before is."""
        self.run_.action_prepare()
        self.work()

        def fail(run, fee_ids):
            run.charge_ids.sudo().unlink()
            raise ValueError("the disk is <full>")

        with patch.object(type(self.run_), "_job_do_prepare", fail):
            self.work()
        run = self.run_
        self.assertEqual((run.state, run.job_stop), ("preparing", "error"))
        self.assertEqual(run.charge_count, 2)
        self.assertIn("2 of 6 done, 4 left", run.job_message)
        self.assertIn("the disk is <full>", run.job_message)
        self.assertFalse(self.jobs_in_queue())
        self.assertEqual(self.warning().user_id, self.clerk)
        self.assertIn("the disk is &lt;full&gt;", self.warning().note)

        run.action_resume()
        self.assertFalse(self.warning())
        self.finish()
        self.assertEqual((run.state, run.charge_count), ("prepared", 6))

    @mute_logger(LOGGER)
    def test_what_stopped_may_be_left(self):
        """Prepared anew, or undone."""
        for leave, state in [("action_prepare", "prepared"), ("action_undo", "undone")]:
            with self.subTest(leave=leave):
                self.run_.action_prepare()
                self.run_._job_halt("error", "disk")
                getattr(self.run_, leave)()
                self.finish()
                self.assertEqual(self.run_.state, state)
                self.assertFalse(self.run_.job_error)

    def test_interrupted_too_often(self):
        self.run_.action_prepare()
        job = self.job()
        job.retry = pm_job_mixin.MAX_TRIES
        job.store()
        self.work()
        self.assertEqual(self.run_.job_stop, "interrupted")
        self.assertIn("6 left", self.run_.job_message)
        self.assertTrue(self.warning())
        self.run_.action_resume()
        self.finish()
        self.assertEqual(self.run_.charge_count, 6)

    def test_a_job_that_waits_to_be_tried_again(self):
        self.run_.action_prepare()
        job = self.job()
        job.retry = 2
        job.postpone(seconds=30)
        job.store()
        self.env.invalidate_all()
        self.assertIn("2 times", self.run_.job_message)

    def test_tried_again_with_less(self):
        """What was interrupted before does one item a job."""
        self.run_.action_prepare()
        job = self.job()
        job.retry = 2
        job.store()
        self.work()
        self.assertEqual(self.run_.job_left, 5)

    def test_what_passes_is_tried_again(self):
        """Ever later, and only so often where a job says so."""
        for error, retry, seconds in [
            (OperationalError("server closed the connection unexpectedly"), 1, 5),
            (InterfaceError("cursor already closed"), 2, 10),
            (DeadlockDetected("deadlock detected"), 4, 40),
            (ConcurrencyError("at the same fees"), 20, 300),
        ]:
            with self.subTest(error=error):
                self.run_.action_prepare()
                job = self.job()
                job.retry = retry - 1

                def fail(*_arguments, error=error):
                    raise error

                with (
                    patch.object(type(self.run_), "_job_do_prepare", fail),
                    patch.object(pm_job_mixin, "MAX_TRIES", 99),
                    self.assertRaises(RetryableJobError) as raised,
                ):
                    RunJobController._try_perform_job(self.env, job)
                self.assertEqual(raised.exception.seconds, seconds)
                job.max_retries = retry
                with (
                    patch.object(type(self.run_), "_job_do_prepare", fail),
                    self.assertRaises(type(error)),
                ):
                    job.retry = retry - 1
                    RunJobController._try_perform_job(self.env, job)

    @mute_logger(LOGGER)
    def test_jobs_that_are_gone(self):
        """A job that left the queue is replaced; one that was cancelled is not."""
        Queue = self.env["queue.job"].sudo()

        def gone(record):
            record.unlink()

        def failed(record):
            record.write({"state": "failed", "exc_name": "JobFoundDead"})

        for spoil, stop in [
            (gone, False),
            (failed, False),
            (Queue.browse().button_done.__func__, False),
            (Queue.browse().button_cancelled.__func__, "cancelled"),
        ]:
            with self.subTest(spoil=spoil.__name__):
                self.run_.action_prepare()
                spoil(self.job().db_record())
                with self.enter_registry_test_mode():
                    self.env.ref("pm_core.ir_cron_watch_jobs").method_direct_trigger()
                self.env.invalidate_all()
                self.assertEqual(self.run_.job_stop, stop)
                self.assertEqual(bool(self.warning()), bool(stop))
                self.run_.action_resume()
                self.finish()
                self.assertEqual(self.run_.charge_count, 6)
                stale = Queue.search([("state", "in", ("failed", "wait_dependencies"))])
                self.assertFalse(stale)

    @mute_logger(LOGGER)
    def test_replaced_a_few_times_only(self):
        self.run_.action_prepare()
        for number in range(pm_job_mixin.MAX_REPLACED):
            self.assertEqual(self.run_.job_replaced, number)
            self.job().db_record().unlink()
            self.run_._job_watch()
        self.job().db_record().write({"state": "failed", "exc_message": "no method"})
        self.run_._job_watch()
        self.assertIn("no method", self.run_.job_message)
        self.assertFalse(
            self.jobs_in_queue()
            - self.env["queue.job"].sudo().search([("state", "=", "cancelled")])
        )

    def test_rights(self):
        self.run_.action_prepare()
        self.run_._job_halt("cancelled")
        accountant = self.make_staff("accountant", "account.group_account_readonly")
        seen = self.run_.with_user(accountant)
        self.assertFalse(seen.can_resume_job)
        with self.assertRaises(AccessError):
            seen.action_resume()
        self.assertTrue(self.run_.can_resume_job)
