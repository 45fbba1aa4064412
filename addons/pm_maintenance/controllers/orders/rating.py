import re

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")
MAX_TEXT = 500


class RatingPage(http.Controller):
    """One question after the work, by link: it shows what was done and no names.

    Opening the link answers nothing, as mail programs open links by themselves.
    """

    def _rated_order(self, token):
        orders = request.env["maintenance.request"].sudo()
        if not TOKEN.fullmatch(token or ""):
            return orders
        return orders.search([("rate_token", "=", token)], limit=1)

    @http.route("/order/rate/<string:token>", type="http", auth="public", sitemap=False)
    def order_rate(self, token, **kw):
        order = self._rated_order(token)
        return self._rate_page(order, token) if order else request.not_found()

    @http.route(
        "/order/rate/<string:token>/send",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
    )
    def order_rate_send(self, token, rating="", text="", **kw):
        order = self._rated_order(token)
        if not order:
            return request.not_found()
        try:
            with request.env.cr.savepoint():
                order._rate(rating, text.strip()[:MAX_TEXT])
        except UserError as problem:
            return self._rate_page(order, token, problem.args[0])
        return self._rate_page(order, token)

    def _rate_page(self, order, token, error=None):
        page = request.render(
            "pm_maintenance.rate_page",
            {"order": order, "token": token, "error": error},
        )
        page.headers["X-Frame-Options"] = "DENY"
        page.headers["Referrer-Policy"] = "no-referrer"
        return page
