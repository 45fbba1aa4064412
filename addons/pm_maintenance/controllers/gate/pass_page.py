from odoo import http
from odoo.http import request

from odoo.addons.pm_core.tools.secret import same_secret


class PassPage(http.Controller):
    """The page of a visitor: the code for the gate, without a login.

    Whoever has the link has the pass; it shows where to go and when, and neither the
    host nor what was asked about the visitor.
    """

    @http.route("/pass/<string:token>", type="http", auth="public", sitemap=False)
    def pass_page(self, token, **kw):
        tries = request.env["pm.gate.try"]
        address = request.httprequest.remote_addr or "?"
        if tries._is_too_often(address):
            return self._answer("pm_maintenance.pass_often", {}, 429)
        one = request.env["pm.access.pass"]._by_token(token)
        if not one or not same_secret(one.token, token):
            tries._note(address)
            return self._answer("pm_maintenance.pass_unknown", {}, 404)
        return self._answer("pm_maintenance.pass_page", {"one": one}, 200)

    def _answer(self, template, values, status):
        page = request.render(template, values)
        page.status_code = status
        # a secret address stays here: nobody is told from where a visitor comes
        page.headers["Referrer-Policy"] = "no-referrer"
        page.headers["Cache-Control"] = "no-store"
        page.headers["X-Robots-Tag"] = "noindex"
        page.headers["X-Frame-Options"] = "DENY"
        return page
