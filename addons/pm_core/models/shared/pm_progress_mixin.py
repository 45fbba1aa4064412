import logging
import time

from odoo import api, models
from odoo.http import request

MIN_SECONDS_BETWEEN = 0.7

_logger = logging.getLogger(__name__)


class PmProgressMixin(models.AbstractModel):
    """Tell the user who waits how far a long step is.

    The messages travel on the bus from a cursor of their own, because those of
    the running transaction are sent only when it is over.
    """

    _name = "pm.progress.mixin"
    _description = "Shows Progress"

    def _with_progress(self):
        """Return self with a clock, so that messages are throttled."""
        return self.with_context(pm_progress_clock={"at": 0.0})

    def _report_progress(self, done, total, label):
        """Send ``done`` of ``total`` to the web client that waits, if one does.

        Throttled; the log has every step.
        """
        self.ensure_one()
        _logger.info("%s: %s, %s of %s", self.display_name, label, done, total)
        if not request:
            return
        now = time.monotonic()
        clock = self.env.context.get("pm_progress_clock", {})
        if now - clock.get("at", 0) < MIN_SECONDS_BETWEEN:
            return
        clock["at"] = now
        with self.env.registry.cursor() as cr:
            record = self.with_env(api.Environment(cr, self.env.uid, {}))
            record._send_progress(done=done, total=total, label=label)

    def _report_finished(self):
        """Tell the web client, once this transaction is over, to show the result."""
        self.ensure_one()
        if request:
            self._send_progress(finished=True)

    def _send_progress(self, **message):
        message.update(model=self._name, id=self.id)
        self.env["bus.bus"]._sendone(
            self.env.user.partner_id, "pm_core.progress", message
        )
