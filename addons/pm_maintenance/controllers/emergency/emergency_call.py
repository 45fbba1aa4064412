import re

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.pm_core.tools.secret import same_secret

TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
ANSWERS = {"come": "answered", "cannot": "declined"}


class EmergencyCall(http.Controller):
    """Who is called in an emergency answers by the link of the message, without login.

    The link is a secret of 24 random bytes of that one person. It answers for that
    person and does nothing else; a second answer of the same kind writes nothing, so
    that there is nothing to flood. Looking at the page answers nothing either:
    messengers fetch links to show what is behind them.
    """

    def _call(self, token):
        calls = request.env["pm.emergency.call"].sudo()
        if not TOKEN.fullmatch(token or ""):
            return calls
        call = calls.search([("access_token", "=", token)], limit=1)
        return call if same_secret(call.access_token, token) else calls.browse()

    @http.route(
        "/emergency/call/<string:token>", type="http", auth="public", sitemap=False
    )
    def emergency_call(self, token, **post):
        call = self._call(token)
        if not call:
            return request.not_found()
        return self._page(call, token)

    @http.route(
        "/emergency/call/<string:token>/answer",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
    )
    def emergency_answer(self, token, answer="", **post):
        call = self._call(token)
        if not call or answer not in ANSWERS:
            return request.not_found()
        if call.state == ANSWERS[answer]:
            return request.redirect(f"/emergency/call/{token}")
        try:
            with request.env.cr.savepoint():
                call._answer(ANSWERS[answer], call.user_id)
        except UserError as problem:
            return self._page(call, token, problem.args[0], 400)
        return request.redirect(f"/emergency/call/{token}")

    def _page(self, call, token, error=None, status=200):
        emergency = call.emergency_id
        lang = call.user_id.lang or call.employee_id.work_contact_id.lang
        page = request.render(
            "pm_maintenance.emergency_call_page",
            {
                "call": call.with_context(lang=lang or request.env.lang),
                "emergency": emergency.with_context(lang=lang or request.env.lang),
                "token": token,
                "error": error,
            },
        )
        page.status_code = status
        page.headers["X-Frame-Options"] = "DENY"
        page.headers["Referrer-Policy"] = "no-referrer"
        page.headers["Cache-Control"] = "no-store"
        return page
