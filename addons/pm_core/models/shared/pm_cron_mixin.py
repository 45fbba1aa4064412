import logging

from psycopg2 import Error, OperationalError

from odoo import models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import plaintext2html

_logger = logging.getLogger(__name__)


class PmCronMixin(models.AbstractModel):
    """Records that a scheduled job takes on, of which one may be bad.

    A job that stopped at the first bad record would keep all the others from their
    step, every night, until somebody reads the log. So each record is a piece of
    work of its own::

        @api.model
        def _cron_begin(self):
            domain = self._domain_due()
            self.search(domain)._cron_each(lambda thing: thing._begin(), domain)

    It is locked, asked again whether it is still due, and taken on behind a
    savepoint, in the language of who is responsible, who will read what the step
    writes down. When it fails, nothing of it stays, who is responsible is told once,
    and the next record has its turn. The progress is committed after each, so that
    a job that is stopped goes on where it was.

    A model says who is responsible and what could not be done in
    :meth:`_failure_reader` and :meth:`_failure_summary`, or does something else
    about a failure in :meth:`_tell_failure`.
    """

    _name = "pm.cron.mixin"
    _description = "Taken on by a Scheduled Job"

    def _cron_each(self, step, domain=None, more=0):
        """Take each record on; a bad one is told of and stops no other.

        :param step: what to do, called with one locked record
        :param domain: what holds for the records that are due; a record for which it
            does not hold any more, once it is locked, is left out
        :param more: how many other records the job has still to do after these
        :return: whether the job has time left
        """
        commit = self.env["ir.cron"]._commit_progress
        time_left = commit(remaining=len(self) + more)
        for record in self:
            locked = record.exists().try_lock_for_update()
            if domain is not None:
                locked = locked.filtered_domain(domain)
            if locked:
                locked._try_step(step)
            time_left = commit(1)
            if not time_left:
                break
        return bool(time_left)

    def _try_step(self, step):
        """Do ``step`` with this record, wholly or not at all.

        :return: whether it was done
        """
        self.ensure_one()
        reader = self._failure_reader()
        try:
            with self.env.cr.savepoint():
                step(self.with_context(lang=reader.lang or self.env.lang))
        except (OperationalError, ConcurrencyError):
            # somebody else wrote the same rows: Odoo does the transaction again
            raise
        except Exception as error:
            message = self._error_text(error)
            _logger.warning("%s %s: %s", self._name, self.id, message)
            self._tell_failure(message)
            return False
        return True

    def _try_together(self, step):
        """Do ``step`` with all records at once, which is fast.

        When that fails, it is done again with each alone: the bad ones are told of,
        the others are done.
        """
        try:
            with self.env.cr.savepoint():
                step(self)
        except (OperationalError, ConcurrencyError):
            raise
        except Exception:
            _logger.warning(
                "%s: %s records fail together, now each alone", self._name, len(self)
            )
            for record in self:
                record._try_step(step)

    def _error_text(self, error):
        """Return in words what went wrong; what nobody foresaw goes to the log too."""
        if isinstance(error, UserError):
            return str(error)
        _logger.exception("A step of %s %s failed", self._name, self.id)
        if isinstance(error, Error):
            return self._sql_error_to_message(error)
        return str(error) or repr(error)

    def _failure_reader(self):
        """Return the user who is told when a step fails."""
        responsible = "user_id" in self._fields and self.user_id
        return responsible or self.env.user

    def _failure_summary(self):
        """Return in a few words what could not be done."""
        return self.env._("This step failed")

    def _tell_failure(self, message):
        """Tell who is responsible why the record is stuck; once, until it is read.

        :param message: what went wrong, as text
        """
        if self.activity_search(["mail.mail_activity_data_warning"]):
            return
        reader = self._failure_reader()
        record = self.with_context(lang=reader.lang or self.env.lang)
        self.activity_schedule(
            "mail.mail_activity_data_warning",
            summary=record._failure_summary(),
            note=plaintext2html(message),
            user_id=reader.id,
        )
