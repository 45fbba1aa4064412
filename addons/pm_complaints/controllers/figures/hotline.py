from datetime import UTC, datetime, timedelta

from odoo import http
from odoo.http import request

from odoo.addons.pm_core.tools import hook

# a call is reported after it ended, and a clock may go wrong by some minutes
OLDEST, AHEAD = timedelta(days=31), timedelta(minutes=10)


class HotlineHook(http.Controller):
    """A call centre reports calls by HTTP, each once it has ended.

        curl -X POST https://…/pm/hotline/TOKEN -H 'Authorization: Bearer SECRET' \\
             -H 'Content-Type: application/json' \\
             -d '{"id": "42", "answered": true, "at": "2026-11-30T09:15:00+08:00"}'

    ``at`` without an offset is UTC; without it the call is of now. The answer is JSON;
    what is refused has a status of 400 and above, and a reason.
    """

    @http.route(
        "/pm/hotline/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
        sitemap=False,
    )
    def hotline(self, token, **kw):
        calls = request.env["pm.hotline.call"].sudo()
        try:
            line, message = hook.open_message("pm.hotline", token)
            call = self._call(message)
            if line._is_flooding():
                raise hook.Refused(429, "too many calls within an hour")
        except hook.Refused as refusal:
            return hook.refuse(refusal)
        is_new = calls._receive(line, **call)
        return hook.answer(200, state="counted" if is_new else "known")

    def _call(self, values):
        """Read the message.

        :raises Refused: saying what it lacks
        """
        if not isinstance(values.get("answered"), bool):
            raise hook.Refused(400, "answered: true or false is expected")
        return {
            "reference": hook.text(values, "id", needed=True),
            "called_at": self._moment(hook.text(values, "at")),
            "is_answered": values["answered"],
        }

    def _moment(self, text):
        now = datetime.now(UTC)
        try:
            moment = datetime.fromisoformat(text) if text else now
            moment = (
                moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
            )
        except (ValueError, OverflowError):
            raise hook.Refused(400, "at: a moment as in ISO 8601 is expected") from None
        if not now - OLDEST <= moment <= now + AHEAD:
            raise hook.Refused(400, "at: only calls of the last 31 days are taken")
        return moment.replace(tzinfo=None, microsecond=0)
