"""What the phone page of the rounds talks to.

All times are ISO 8601 in UTC with ``Z``; all texts are in the user's language. Only
``stored`` and ``again`` of a photo, and besides them ``conflict`` of a visit, confirm
that the server has it; whatever else comes, the phone keeps it and sends it again.
"""

import json
from urllib.parse import urlsplit

from werkzeug.exceptions import abort

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import Response, request

from ...models.inspections.pm_inspection_photo import MEGABYTE, MOST_MEGABYTES


class Rounds(http.Controller):
    """All addresses are anybody's, and say themselves that a session is over.

    Odoo would lead a photo to the login page with status 200, and tell JSON with the
    lines of the program.
    """

    @http.route("/pm/rounds/fetch", type="jsonrpc", auth="public", methods=["POST"])
    def fetch(self):
        """The rounds that the user may walk now, with all that is needed offline.

        ``{"user": {"id", "name"}, "now", "rounds": [{"id", "name", "state", "from",
        "to", "limit", "order", "instructions", "points": [{"id", "name", "number",
        "place", "help", "code", "sequence", "done", "items": [{"id", "item_id", "name",
        "help", "kind", "choices": [{"value", "name", "fault"}], "fault_value", "min",
        "max", "unit", "photo_required", "required", "previous": {"value", "date",
        "fault", "order"} or null}]}]}]}``

        ``code`` is what the code on the label ends in: labels hold an address,
        ``…/pm/rounds#<code>``, so that it may be scanned with anything.
        """
        self._check_session()
        try:
            request.env["pm.inspection.answer"]._check_may_send()
            return request.env["pm.inspection"]._fetch()
        except (UserError, AccessError) as error:
            return {"error": str(error)}

    @http.route("/pm/rounds/answer", type="jsonrpc", auth="public", methods=["POST"])
    def answer(self):
        """Store visits of points: each once, however often it is sent.

        Asks for ``{"user_id", "sent_at", "answers": [{"uuid", "round_id", "point_id",
        "scanned", "manual", "at", "latitude", "longitude", "accuracy", "entries":
        [{"line_id", "item_id", "value", "fault", "note"}], "photos": [{"uuid",
        "item_id", "name", "size", "sha256", "taken_at"}]}]}`` and tells ``{"user_id",
        "results": [{"uuid", "status": "stored|again|conflict|refused", "message"}]}``.

        ``user_id`` is who entered them on the phone. When somebody else is logged in
        there meanwhile nothing is stored: the answer names that other one.
        """
        self._check_session()
        # lists and not text, so not by the parameters that addresses of ours have
        told = request.get_json_data().get("params") or {}
        if self._is_of_other(told.get("user_id")):
            return {"user_id": request.env.uid, "results": []}
        try:
            results = request.env["pm.inspection.answer"]._receive(
                told.get("sent_at"), told.get("answers")
            )
        except (UserError, AccessError) as error:
            return {"error": str(error), "user_id": request.env.uid, "results": []}
        return {"user_id": request.env.uid, "results": results}

    # Without a token of the session, as a page that was loaded days ago has an old
    # one: other sites cannot send the header that is asked for instead, and do not
    # get the cookie.
    @http.route(
        "/pm/rounds/photo", type="http", auth="public", methods=["POST"], csrf=False
    )
    def photo(self, uuid="", answer="", user_id="", **post):
        """Store the file of a photo that was announced with a visit.

        A form with ``uuid`` (of the photo), ``answer`` (uuid of the visit), ``user_id``
        (who took it) and ``file``; the header ``X-Requested-With: XMLHttpRequest``.
        Tells ``{"uuid", "status", "message"}``; 401 who is not logged in (any more).
        """
        if request.env.user._is_public():
            text = request.env._("Your session is over. Log in again.")
            return self._tell(uuid, "expired", text, 401)
        if not self._is_own_page():
            text = request.env._("Photos are sent by the page of the rounds.")
            return self._tell(uuid, "refused", text, 403)
        if self._is_of_other(user_id):
            text = request.env._("Somebody else is logged in on this phone now.")
            return self._tell(uuid, "other_user", text, 409)
        file = request.httprequest.files.get("file")
        if file is None or not isinstance(uuid, str) or not isinstance(answer, str):
            text = request.env._("Send the photo as a file.")
            return self._tell("", "refused", text, 400)
        # one byte more than is allowed tells that it is too large
        content = file.stream.read(MOST_MEGABYTES * MEGABYTE + 1)
        try:
            status, message = request.env["pm.inspection.photo"]._upload(
                uuid, answer, (file.filename or "")[:120], content
            )
        except (UserError, AccessError) as error:
            return self._tell(uuid, "refused", str(error), 403)
        done = status in ("stored", "again")
        return self._tell(uuid, status, message, 200 if done else 422)

    def _is_of_other(self, user_id):
        """Whether the phone says that somebody else than who is logged in sends."""
        return bool(user_id) and str(user_id) != str(request.env.uid)

    def _tell(self, uuid, status, message, code):
        return request.make_json_response(
            {"uuid": uuid, "status": status, "message": message}, status=code
        )

    def _is_own_page(self):
        """Whether a page of this server asks, and no form of another site."""
        headers = request.httprequest.headers
        if headers.get("X-Requested-With") != "XMLHttpRequest":
            return False
        if headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            return False
        origin = headers.get("Origin")
        return not origin or urlsplit(origin).netloc == request.httprequest.host

    def _check_session(self):
        """Tell who is not logged in any more so as Odoo's own calls do, code 100."""
        if request.env.user._is_public():
            error = {
                "code": 100,
                "message": "Odoo Session Expired",
                "data": {
                    "name": "odoo.http.SessionExpiredException",
                    "message": "Session expired",
                    "arguments": ["Session expired"],
                    "context": {},
                    "debug": "",
                },
            }
            told = {"jsonrpc": "2.0", "id": None, "error": error}
            abort(Response(json.dumps(told), mimetype="application/json"))
