from odoo import http
from odoo.http import request

from odoo.addons.pm_core.tools import hook

MAX_TEXT = 500


class AlarmHook(http.Controller):
    """Machines report by HTTP: one address a source, one order an event.

        curl -X POST https://…/pm/alarm/TOKEN -H 'Authorization: Bearer SECRET' \\
             -H 'Content-Type: application/json' \\
             -d '{"id": "42", "device": "PUMP-1", "text": "Pressure low"}'

    Instead of the secret, ``X-Signature`` may have the HMAC-SHA256 of the body. The
    answer is JSON; what is refused has a status of 400 and above, and a reason.
    """

    @http.route(
        "/pm/alarm/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
        sitemap=False,
    )
    def alarm(self, token, **kw):
        try:
            source, message = hook.open_message("pm.alarm.source", token)
            event = self._event(message)
            alarms = request.env["pm.alarm"].sudo()
            is_new = not alarms.search_count(
                [("source_id", "=", source.id), ("reference", "=", event["reference"])],
                limit=1,
            )
            if is_new and source._is_flooding():
                raise hook.Refused(429, "too many alarms within an hour")
        except hook.Refused as refusal:
            return hook.refuse(refusal)
        alarm = alarms._receive(source, **event)
        return hook.answer(
            200, state=alarm.state or "received", order=alarm.request_id.number or None
        )

    def _event(self, values):
        """Read the message.

        :raises Refused: saying what it lacks
        """
        event = {
            "reference": hook.text(values, "id", needed=True),
            "device": hook.text(values, "device", needed=True),
            "code": hook.text(values, "code"),
            "text": hook.text(values, "text", MAX_TEXT),
            "recovered": values.get("state") in ("recovered", "ok", "normal"),
        }
        event["text"] = event["text"] or event["code"] or event["device"]
        return event
