import logging

from psycopg2 import InterfaceError, OperationalError

from odoo.exceptions import ConcurrencyError

from odoo.addons.queue_job.controllers import main
from odoo.addons.queue_job.exception import RetryableJobError

_logger = logging.getLogger(__name__)

FIRST_WAIT = 5
LONGEST_WAIT = 300


class RunJobController(main.RunJobController):
    """Try again, at growing distances, what passes by itself.

    The queue does so for deadlocks and serialization failures only, and at once. A lost
    connection must not make a job fail either: the next try has another connection.
    """

    @classmethod
    def _try_perform_job(cls, env, job):
        try:
            return super()._try_perform_job(env, job)
        except (OperationalError, InterfaceError, ConcurrencyError) as error:
            if job.max_retries and job.retry >= job.max_retries:
                raise
            wait = min(FIRST_WAIT * 2 ** (max(job.retry, 1) - 1), LONGEST_WAIT)
            _logger.info("job %s again in %s s: %s", job.uuid, wait, error)
            raise RetryableJobError(str(error).strip(), seconds=wait) from error

    @classmethod
    def _runjob(cls, env, job):
        try:
            return super()._runjob(env, job)
        except InterfaceError:
            # what became of the job is stored through another connection
            if not env.cr.closed:
                raise
            _logger.info("job %s lost its connection to the database", job.uuid)
