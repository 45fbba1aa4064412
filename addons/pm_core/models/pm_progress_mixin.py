import time

from odoo import api, models
from odoo.http import request

MIN_SECONDS_BETWEEN = 0.7


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

        Throttled; the last message (``done == total``) is always sent.
        """
        self.ensure_one()
        if not request:
            return
        now = time.monotonic()
        clock = self.env.context.get("pm_progress_clock", {})
        if done < total and now - clock.get("at", 0) < MIN_SECONDS_BETWEEN:
            return
        clock["at"] = now
        message = {
            "model": self._name,
            "id": self.id,
            "done": done,
            "total": total,
            "label": label,
        }
        with self.env.registry.cursor() as cr:
            env = api.Environment(cr, self.env.uid, {})
            env["bus.bus"]._sendone(env.user.partner_id, "pm_core.progress", message)
