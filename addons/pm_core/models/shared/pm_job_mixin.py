import logging
import time

from lxml import etree
from psycopg2 import InterfaceError, OperationalError

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import format_datetime

from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.utils import must_run_without_delay

_logger = logging.getLogger(__name__)

# What passes: a lost connection, a deadlock, another transaction at the same rows.
PASSING = (OperationalError, InterfaceError, ConcurrencyError, RetryableJobError)

# One job works about so long. Its longest piece may double that on a slow machine;
# the limits of the server (limit_time_real) are far away in any case.
SECONDS_PER_JOB = 20
# So often a job is tried again, at growing distances, before somebody is asked.
MAX_TRIES = 8
# So often a job that vanished from the queue is replaced without any progress.
MAX_REPLACED = 3

LIVE = ("wait_dependencies", "pending", "enqueued", "started")


class PmJobMixin(models.AbstractModel):
    """Long work of a document, done in the background and piece by piece.

    A *step* begins with the list of what there is to do, which is kept with the
    document. One job at a time takes pieces from its head for some seconds, and stores
    what is left together with what it did; so a crash loses the time of one job and
    nothing else, and what is left is known without looking for it. Each step is a
    *round* of its own, and a document knows its one job: jobs of before do nothing.

    A model says how many items are one piece of a step (``_job_size``) and what they
    are called (``_job_label``), and has ``_job_do_<step>(items)`` and
    ``_job_end_<step>(then)``. A bad item is caught and listed there; an error that
    leaves it stops the step and is shown.
    """

    _name = "pm.job.mixin"
    _description = "Works by Jobs"
    _inherit = ["pm.progress.mixin", "pm.cron.mixin", "mail.activity.mixin"]

    job_step = fields.Char(
        "Step under Way",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    job_then = fields.Char(
        "Step That Follows",
        readonly=True,
        copy=False,
    )
    job_round = fields.Integer(readonly=True, copy=False)
    job_uuid = fields.Char("Job", readonly=True, copy=False)
    job_replaced = fields.Integer("Jobs Replaced", readonly=True, copy=False)
    # may be long, and is wanted by the next job only
    job_todo = fields.Json(
        "List of Work",
        readonly=True,
        copy=False,
        prefetch=False,
    )
    job_total = fields.Integer("In All", readonly=True, copy=False)
    job_left = fields.Integer("Left to Do", readonly=True, copy=False)
    job_user_id = fields.Many2one(
        "res.users", "Started by", readonly=True, copy=False, ondelete="set null"
    )
    job_stop = fields.Selection(
        [
            ("error", "Error"),
            ("interrupted", "Interrupted too often"),
            ("cancelled", "Cancelled in the job queue"),
        ],
        "Stopped by",
        readonly=True,
        copy=False,
    )
    job_error = fields.Text("Error", readonly=True, copy=False)
    job_message = fields.Char("Background Work", compute="_compute_job_message")
    can_resume_job = fields.Boolean(compute="_compute_can_resume_job")

    # ------------------------------------------------------------------
    # What people see
    # ------------------------------------------------------------------

    @api.depends("job_step", "job_uuid", "job_left", "job_stop", "job_error")
    @api.depends_context("lang", "tz")
    def _compute_job_message(self):
        jobs = self._job_records().grouped("uuid")
        for record in self:
            if not record.job_step:
                record.job_message = False
                continue
            parts = (record._job_figures(), record._job_why(jobs.get(record.job_uuid)))
            record.job_message = " ".join(filter(None, parts))

    @api.depends("job_stop")
    @api.depends_context("uid")
    def _compute_can_resume_job(self):
        stopped = self.filtered("job_stop")
        allowed = stopped._filtered_access("write")
        for record in self:
            record.can_resume_job = record in allowed

    def _job_figures(self):
        """Say how much is done and what is left."""
        return self.env._(
            "%(label)s: %(done)s of %(total)s done, %(left)s left.",
            label=self._job_label(self.job_step),
            done=self.job_total - self.job_left,
            total=self.job_total,
            left=self.job_left,
        )

    def _job_why(self, job):
        """Say why it does not go on, or when it does."""
        if self.job_stop == "error":
            return self.env._(
                "It stopped because of an error: %(error)s Put it right and press "
                "Resume.",
                error=self.job_error,
            )
        if self.job_stop == "interrupted":
            return self.env._(
                "It was interrupted too often in a row (the server ended, or the "
                "database could not be reached) and stopped. Nothing is lost: press "
                "Resume."
            )
        if self.job_stop == "cancelled":
            return self.env._(
                "Its job was cancelled in the job queue. Press Resume to go on."
            )
        if job and job.state == "pending" and job.retry and job.eta:
            return self.env._(
                "It was interrupted (%(times)s times) and goes on by itself at "
                "%(time)s.",
                times=job.retry,
                time=format_datetime(self.env, job.eta, dt_format="HH:mm:ss"),
            )
        return self.env._("The work goes on in the background; this page follows it.")

    def _job_label(self, step):
        """Return what the items of a step are called."""
        raise NotImplementedError

    def _job_size(self, step):
        """Return how many items are done at once; some seconds' work at most."""
        raise NotImplementedError

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Fill ``<div name="pm_job"/>`` of a form with how the work stands."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "form":
            for place in arch.iterfind(".//div[@name='pm_job']"):
                part = self.env.ref("pm_core.pm_job_mixin_view_form").sudo()
                place.extend(etree.fromstring(part.get_combined_arch()))
        return arch, view

    # ------------------------------------------------------------------
    # Begin and go on
    # ------------------------------------------------------------------

    def _job_is_working(self):
        """Tell whether a step is under way, and not stopped."""
        self.ensure_one()
        return bool(self.job_step) and not self.job_stop

    def _job_begin(self, step, todo, then=False):
        """Begin a step with the list of what there is to do.

        ``then`` is handed to the end of the step.
        """
        self.ensure_one()
        todo = list(todo)
        self._job_write(
            job_step=step,
            job_then=then,
            job_todo=todo,
            job_left=len(todo),
            job_total=len(todo),
            job_user_id=self.env.uid,
        )
        self._job_new_round()

    def action_resume(self):
        """Go on with a step that stopped."""
        for record in self:
            record.check_access("write")
            if record.job_step and record.job_stop:
                record._job_write(job_user_id=record.env.uid)
                record._job_new_round()

    def _job_new_round(self):
        """Do what is left in a round of its own; jobs of before do nothing more."""
        self._job_write(
            job_round=self.job_round + 1,
            job_stop=False,
            job_error=False,
            job_replaced=0,
        )
        self._job_forget_activities()
        if must_run_without_delay(self.env):
            self._job_do_pieces()
        else:
            self._job_enqueue()

    def _job_enqueue(self):
        """Have the next job go on, as the user who began and in the same context,
        whoever asks.
        """
        record = self._job_as_user()
        job = record.with_delay(
            description=f"{self.display_name}: {self.job_step} ({self.job_round})",
            max_retries=0,  # we count ourselves, and tell people instead of failing
        )._job_work(self.job_round)
        self._job_write(job_uuid=job.uuid)

    def _job_as_user(self):
        user = self.job_user_id or self.env.user
        context = {"lang": user.lang, "tz": user.tz}
        if "company_id" in self._fields and self.company_id:
            context["allowed_company_ids"] = self.company_id.ids
        # pylint: disable-next=context-overridden
        return self.with_user(user).with_context(context)

    # ------------------------------------------------------------------
    # A job
    # ------------------------------------------------------------------

    def _job_work(self, job_round):
        """Do some pieces of the step; called by the queue only.

        A job never fails: what passes is tried again by the queue, anything else
        stops the document, which says so.
        """
        if not self.exists():
            return self.env._("The document was deleted.")
        if not self.try_lock_for_update(allow_referencing=True):
            raise ConcurrencyError(self.env._("Another job is at work on it."))
        job = self._job_records()
        is_current = job and job.uuid == self.env.context.get("job_uuid")
        if not self._job_is_working() or self.job_round != job_round or not is_current:
            return self.env._("Out of date: the document went on without this job.")
        if job.retry >= MAX_TRIES:
            self._job_halt("interrupted")
            return self.job_message
        try:
            with self.env.cr.savepoint():
                self._job_do_pieces(tries=job.retry)
        except PASSING:
            raise
        except Exception as error:
            _logger.exception("%s: %s stopped", self.display_name, self.job_step)
            self._job_halt("error", str(error) or repr(error))
            return self.job_error

    def _job_do_pieces(self, tries=None):
        """Do pieces until the time of a job is over, or all of them outside of a job.

        What was interrupted is tried again with less in one job, so that it gets
        through where time or memory are short.
        """
        step, todo = self.job_step, self.job_todo or []
        size = self._job_size(step)
        until = float("inf")
        if tries is not None:
            size = max(size >> tries, 1)
            until = time.monotonic() + self._job_seconds() / 2**tries
        clock = self._with_progress()
        while todo:
            items, todo = todo[:size], todo[size:]
            getattr(self, f"_job_do_{step}")(items)
            # what was put off is part of the time that it took
            self.env.flush_all()
            clock._report_progress(
                self.job_total - len(todo), self.job_total + 1, self._job_label(step)
            )
            if time.monotonic() >= until:
                break
        self._job_write(job_todo=todo, job_left=len(todo), job_replaced=0)
        if todo:
            self._job_enqueue()
        else:
            self._job_end()

    @api.model
    def _job_seconds(self):
        """Return how long one job works, in seconds."""
        seconds = (
            self.env["ir.config_parameter"].sudo().get_param("pm_core.job_seconds")
        )
        return float(seconds or SECONDS_PER_JOB)

    def _job_end(self):
        """End the step; its end may begin another one."""
        step, then = self.job_step, self.job_then
        self._job_write(
            job_step=False, job_then=False, job_todo=False, job_left=0, job_uuid=False
        )
        getattr(self, f"_job_end_{step}")(then)
        if not self.job_step:
            self._report_finished()

    # ------------------------------------------------------------------
    # Stopped
    # ------------------------------------------------------------------

    def _job_halt(self, reason, error=False):
        """Stop, say why, and ask who began to look after it."""
        self._job_write(job_stop=reason, job_error=error, job_uuid=False)
        reader = self._failure_reader()
        message = self.with_context(lang=reader.lang, tz=reader.tz).job_message
        # who began may have lost the right to, which is then the error
        self.sudo()._tell_failure(message)
        self._report_finished()

    def _failure_reader(self):
        return self.job_user_id or super()._failure_reader()

    def _failure_summary(self):
        if self.job_step:
            return self.env._("Background work has stopped")
        return super()._failure_summary()

    def _job_forget_activities(self):
        self.sudo().activity_unlink(["mail.mail_activity_data_warning"])

    @api.model
    def _cron_watch_jobs(self):
        """Look after documents whose job is no longer in the queue.

        The queue itself tries again what was interrupted. Jobs that somebody deleted,
        cancelled or marked as done, or that failed before they could begin, are left
        to us.
        """
        mixin = self.env.registry["pm.job.mixin"]
        for name, model in self.env.registry.items():
            if model._abstract or not issubclass(model, mixin):
                continue
            domain = [("job_step", "!=", False), ("job_stop", "=", False)]
            records = self.env[name].search(domain)
            records._cron_each(lambda record: record._job_watch(), domain)

    def _job_watch(self):
        """Replace a job that is gone; a few times, then ask somebody."""
        job = self._job_records()
        if job.state in LIVE:
            return
        _logger.warning("%s: its job is %s", self.display_name, job.state or "gone")
        if job.state == "cancelled":
            self._job_halt("cancelled")
            return
        error = job.exc_message
        if job.state == "failed":
            job.button_cancelled()
        if self.job_replaced >= MAX_REPLACED:
            self._job_halt("error" if error else "interrupted", error)
            return
        replaced = self.job_replaced + 1
        self._job_enqueue()
        self._job_write(job_replaced=replaced)

    # ------------------------------------------------------------------
    # Helpers
    # ------------------------------------------------------------------

    def _job_records(self):
        """Return the jobs of these documents, as far as they are in the queue."""
        uuids = [uuid for uuid in self.mapped("job_uuid") if uuid]
        return self.env["queue.job"].sudo().search([("uuid", "in", uuids)])

    def _job_write(self, **vals):
        """Write what belongs to the work itself, which no user may set."""
        self.sudo()._as_step().write(vals)
