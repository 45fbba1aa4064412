import json

from odoo import http
from odoo.http import request

# of a message, and of its texts
MAX_BODY, MAX_TEXT, MAX_NAME = 64 * 1024, 500, 100


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
        source = self._alarm_source(token)
        length = request.httprequest.content_length or 0
        if length > MAX_BODY:
            return self._answer(413, error="too large")
        body = request.httprequest.get_data(cache=True)
        headers = request.httprequest.headers
        # the same answer for an unknown address and a wrong secret
        if not source or not source._is_authentic(
            body,
            headers.get("Authorization", "").removeprefix("Bearer ").strip(),
            headers.get("X-Signature"),
        ):
            return self._answer(401, error="not authenticated")
        try:
            event = self._event(body)
        except ValueError as problem:
            return self._answer(400, error=str(problem))
        alarms = request.env["pm.alarm"].sudo()
        is_new = not alarms.search_count(
            [("source_id", "=", source.id), ("reference", "=", event["reference"])],
            limit=1,
        )
        if is_new and source._is_flooding():
            response = self._answer(429, error="too many alarms within an hour")
            response.headers["Retry-After"] = "600"
            return response
        alarm = alarms._receive(source, **event)
        return self._answer(
            200, state=alarm.state or "received", order=alarm.request_id.number or None
        )

    def _alarm_source(self, token):
        return (
            request.env["pm.alarm.source"]
            .sudo()
            .search([("token", "=", token)], limit=1)
        )

    def _event(self, body):
        """Read the message.

        :raises ValueError: saying what it lacks
        """
        try:
            values = json.loads(body.decode())
        except ValueError:
            values = None
        if not isinstance(values, dict):
            raise ValueError("a JSON object is expected")
        event = {
            "reference": self._text(values, "id", MAX_NAME, needed=True),
            "device": self._text(values, "device", MAX_NAME, needed=True),
            "code": self._text(values, "code", MAX_NAME),
            "text": self._text(values, "text", MAX_TEXT),
            "recovered": values.get("state") in ("recovered", "ok", "normal"),
        }
        event["text"] = event["text"] or event["code"] or event["device"]
        return event

    def _text(self, values, name, most, needed=False):
        value = values.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if value is None and not needed:
            return None
        if not isinstance(value, str) or not value.strip() or not value.isprintable():
            raise ValueError(f"{name}: a text is expected")
        try:
            value.encode()
        except UnicodeEncodeError:
            raise ValueError(f"{name}: a text is expected") from None
        if len(value) > most:
            raise ValueError(f"{name}: at most {most} characters")
        return value.strip()

    def _answer(self, status, **values):
        return request.make_json_response(values, status=status)
