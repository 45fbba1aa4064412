"""Opens what other systems send to an address of ours; see ``pm.hook.mixin``.

A message is one JSON object, sent by POST with the secret of its sender. What is
refused has a status of 400 and above and a reason, and no trace in the database.
"""

import json

from odoo.http import request

# of a message, and of a name in it
MAX_BODY, MAX_NAME = 64 * 1024, 100


class Refused(Exception):
    """A message that is not taken, with the status of the answer."""

    def __init__(self, status, reason):
        super().__init__(reason)
        self.status = status


def answer(status, **values):
    """The answer to the sender, as JSON."""
    return request.make_json_response(values, status=status)


def refuse(refusal):
    """The answer to a message that is refused; a busy sender learns when to come."""
    response = answer(refusal.status, error=str(refusal))
    if refusal.status == 429:
        response.headers["Retry-After"] = "600"
    return response


def open_message(model, token):
    """Return (sender, values) of the message of this request.

    :param model: name of a model with ``pm.hook.mixin``
    :raises Refused: too large, not the sender's own, or no JSON object
    """
    sender = request.env[model].sudo().search([("token", "=", token)], limit=1)
    if (request.httprequest.content_length or 0) > MAX_BODY:
        raise Refused(413, "too large")
    body = request.httprequest.get_data(cache=True)
    headers = request.httprequest.headers
    # the same answer for an unknown address and a wrong secret
    if not sender or not sender._is_authentic(
        body,
        headers.get("Authorization", "").removeprefix("Bearer ").strip(),
        headers.get("X-Signature"),
    ):
        raise Refused(401, "not authenticated")
    try:
        values = json.loads(body.decode())
    except ValueError:
        values = None
    if not isinstance(values, dict):
        raise Refused(400, "a JSON object is expected")
    return sender, values


def text(values, name, most=MAX_NAME, needed=False):
    """Return a text of a message, without space around it.

    :raises Refused: no text, not printable, or longer than ``most`` characters
    """
    value = values.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None and not needed:
        return None
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise Refused(400, f"{name}: a text is expected")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise Refused(400, f"{name}: a text is expected") from None
    if len(value) > most:
        raise Refused(400, f"{name}: at most {most} characters")
    return value.strip()
