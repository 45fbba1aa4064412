import re

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.pm_core.controllers.base.drawn import MAX_NAME
from odoo.addons.pm_core.tools.forms import plain
from odoo.addons.pm_core.tools.private_page import kept_private

from ...models.orders.maintenance_request_report import MAX_PHOTO, MAX_PHOTOS

TOKEN = re.compile(r"[A-Za-z0-9_-]{8,64}")


def sent_photos(field="photos"):
    """(name, content) of the photos of a form, of no more than are taken anyhow."""
    files = request.httprequest.files.getlist(field)
    return [
        (photo.filename, photo.read(MAX_PHOTO + 1))
        for photo in files[: MAX_PHOTOS + 1]
        if photo.filename
    ]


class FaultPage(http.Controller):
    """A code at a place or machine opens this page: report a fault without a login.

    The page shows the name of the place and machine and nothing else. Who reported
    follows the order with its number and a code.
    """

    def _coded(self, token):
        """The place or machine whose code this is, if it is one that is in use."""
        places = request.env["pm.property"].sudo()
        if not TOKEN.fullmatch(token or ""):
            return places
        code = ("report_token", "=", token)
        machines = request.env["maintenance.equipment"].sudo()
        return places.search([code], limit=1) or machines.search(
            [code, ("property_id", "!=", False)], limit=1
        )

    def _machine(self, coded):
        machines = request.env["maintenance.equipment"].sudo()
        return coded if coded._name == machines._name else machines

    def _categories(self):
        return (
            request.env["pm.fault.category"].sudo().search([("parent_id", "=", False)])
        )

    @http.route("/fault/<string:token>", type="http", auth="public", sitemap=False)
    def fault(self, token, **post):
        coded = self._coded(token)
        if not coded:
            return request.not_found()
        return self._page(coded, token)

    def _page(self, coded, token, error=None, values=None, status=200):
        page = request.render(
            "pm_maintenance.fault_page",
            {
                "place": coded._report_place(),
                "machine": self._machine(coded),
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
        coded = self._coded(token)
        if not coded:
            return request.not_found()
        texts = {name: value[:2000] for name, value in plain(post).items()}
        if self._is_too_often(coded._report_place()):
            error = request.env._(
                "There were many reports from here just now. Please call the property "
                "management, or try again in an hour."
            )
            return self._page(coded, token, error, texts, status=429)
        try:
            with request.env.cr.savepoint():
                order = self._make(coded, texts)
        except UserError as problem:
            return self._page(coded, token, problem.args[0], texts, status=400)
        return request.redirect(
            f"/fault/order/{order.number.replace('/', '-')}"
            f"?code={order.sudo().access_code}"
        )

    def _make(self, coded, texts):
        category_id = texts.get("category_id", "")
        categories = self._categories()
        category = categories.filtered(lambda one: str(one.id) == category_id)
        photos = sent_photos()
        return request.env["maintenance.request"]._report(
            coded._report_place(),
            texts.get("text"),
            channel="portal",
            equipment=self._machine(coded),
            category=category,
            reporter={
                "name": texts.get("name", "")[:MAX_NAME] or None,
                "phone": texts.get("phone", "")[:40] or None,
            },
            photos=photos,
        )

    def _is_too_often(self, place):
        address = request.httprequest.remote_addr or "?"
        return request.env["pm.fault.visit"]._is_too_often(address, place)

    @http.route(
        "/fault/order/<string:number>", type="http", auth="public", sitemap=False
    )
    def fault_order(self, number, code="", **post):
        """How far it is, for whoever has the number and the code."""
        orders = (
            request.env["maintenance.request"]
            .sudo()
            .search([("number", "=", number.replace("-", "/"))])
        )
        order = request.env["pm.fault.visit"]._opened(
            orders, code, request.httprequest.remote_addr or "?"
        )
        if not order:
            # answered and not raised, as an error would take back the count
            return request.not_found().get_response(request.httprequest.environ)
        page = request.render("pm_maintenance.fault_order", {"order": order})
        return kept_private(page)
