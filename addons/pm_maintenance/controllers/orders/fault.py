import re

from odoo import fields, http
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import consteq

# reports from one address, and for one place, within an hour
PER_ADDRESS, PER_PLACE = 10, 30
TOKEN = re.compile(r"[A-Za-z0-9_-]{8,64}")


class FaultPage(http.Controller):
    """A code at a place or machine opens this page: report a fault without a login.

    The page shows the name of the place and nothing else. Who reported follows the
    order with its number and a code.
    """

    def _place(self, token):
        if not TOKEN.fullmatch(token or ""):
            return request.env["pm.property"]
        places = request.env["pm.property"].sudo()
        return places.search([("report_token", "=", token)], limit=1)

    def _categories(self):
        return (
            request.env["pm.fault.category"].sudo().search([("parent_id", "=", False)])
        )

    @http.route("/fault/<string:token>", type="http", auth="public", sitemap=False)
    def fault(self, token, **post):
        place = self._place(token)
        if not place:
            return request.not_found()
        return self._page(place, token)

    def _page(self, place, token, error=None, values=None, status=200):
        page = request.render(
            "pm_maintenance.fault_page",
            {
                "place": place,
                "token": token,
                "categories": self._categories(),
                "error": error,
                "values": values or {},
            },
        )
        page.status_code = status
        page.headers["X-Frame-Options"] = "DENY"
        return page

    @http.route(
        "/fault/<string:token>/send",
        type="http",
        auth="public",
        methods=["POST"],
        sitemap=False,
    )
    def fault_send(self, token, **post):
        place = self._place(token)
        if not place:
            return request.not_found()
        texts = {
            name: value.strip()[:2000] if isinstance(value, str) else ""
            for name, value in post.items()
        }
        if self._is_too_often(place):
            error = request.env._(
                "There were many reports from here just now. Please call the property "
                "management, or try again in an hour."
            )
            return self._page(place, token, error, texts, status=429)
        try:
            with request.env.cr.savepoint():
                order = self._make(place, texts)
        except UserError as problem:
            return self._page(place, token, problem.args[0], texts, status=400)
        return request.redirect(
            f"/fault/order/{order.number.replace('/', '-')}"
            f"?code={order.sudo().access_code}"
        )

    def _make(self, place, texts):
        category_id = texts.get("category_id", "")
        categories = self._categories()
        category = categories.filtered(lambda one: str(one.id) == category_id)
        photos = [
            (photo.filename, photo.read())
            for photo in request.httprequest.files.getlist("photos")
            if photo.filename
        ]
        return request.env["maintenance.request"]._report(
            place,
            texts.get("text"),
            channel="portal",
            category=category,
            reporter={
                "name": texts.get("name"),
                "phone": texts.get("phone")[:40] if texts.get("phone") else None,
            },
            photos=photos,
        )

    def _is_too_often(self, place):
        """Count what came from this address and for this place within an hour."""
        since = fields.Datetime.subtract(fields.Datetime.now(), hours=1)
        Visit = request.env["pm.fault.visit"].sudo()
        address = request.httprequest.remote_addr or "?"
        recent = [("create_date", ">=", since)]
        often = (
            Visit.search_count([*recent, ("address", "=", address)]) >= PER_ADDRESS
            or Visit.search_count([*recent, ("property_id", "=", place.id)])
            >= PER_PLACE
        )
        if not often:
            Visit.create({"address": address, "property_id": place.id})
        return often

    @http.route(
        "/fault/order/<string:number>", type="http", auth="public", sitemap=False
    )
    def fault_order(self, number, code="", **post):
        """How far it is, for whoever has the number and the code."""
        order = (
            request.env["maintenance.request"]
            .sudo()
            .search([("number", "=", number.replace("-", "/"))], limit=1)
        )
        known = order.access_code and isinstance(code, str) and code.isascii()
        if not known or not consteq(order.access_code, code):
            return request.not_found()
        return request.render("pm_maintenance.fault_order", {"order": order})
