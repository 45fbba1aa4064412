from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.pm_core.controllers.base.drawn import (
    MAX_NAME,
    MAX_SIGNATURE,
    check_drawn,
)
from odoo.addons.pm_core.tools.forms import plain
from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from ...models.orders.maintenance_request_quote import CHARGED
from .fault import sent_photos


class OrderPortal(CustomerPortal):
    """Residents report faults and follow them; all they see is chosen here."""

    _orders_per_page = 20

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "pm_order_count" in counters:
            values["pm_order_count"] = self._orders().search_count(self._own_orders())
        return values

    def _orders(self):
        return request.env["maintenance.request"].sudo()

    def _own_orders(self):
        """Orders that this person reported: a neighbour in the flat sees the own."""
        return [("partner_id", "=", request.env.user.partner_id.id)]

    def _own_places(self):
        """What the person holds today, the buildings it lies in, and their estates."""
        partner = request.env.user.partner_id
        occupancies = (
            request.env["pm.occupancy"]
            .sudo()
            .search([("partner_id", "=", partner.id), ("is_current", "=", True)])
        )
        held = occupancies.property_id
        return held | held.building_id | held.estate_id

    @http.route(
        ["/my/repairs", "/my/repairs/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_repairs(self, page=1, **kw):
        domain = self._own_orders()
        pages = pager(
            url="/my/repairs",
            total=self._orders().search_count(domain),
            page=page,
            step=self._orders_per_page,
        )
        return request.render(
            "pm_maintenance.portal_my_repairs",
            {
                **self._prepare_portal_layout_values(),
                "orders": self._orders().search(
                    domain,
                    order="id desc",
                    limit=self._orders_per_page,
                    offset=pages["offset"],
                ),
                "pager": pages,
                "page_name": "pm_repair",
                "default_url": "/my/repairs",
            },
        )

    @http.route("/my/repairs/new", type="http", auth="user", website=True)
    def portal_repair_new(self, **kw):
        return self._form()

    def _form(self, error=None, values=None):
        return request.render(
            "pm_maintenance.portal_repair_new",
            {
                **self._prepare_portal_layout_values(),
                "places": self._own_places(),
                "categories": request.env["pm.fault.category"]
                .sudo()
                .search([("parent_id", "=", False)]),
                "error": error,
                "values": values or {},
                "page_name": "pm_repair",
            },
        )

    @http.route(
        "/my/repairs/send", type="http", auth="user", methods=["POST"], website=True
    )
    def portal_repair_send(self, **post):
        texts = {name: value[:2000] for name, value in plain(post).items()}
        place = self._own_places().filtered(
            lambda one: str(one.id) == texts.get("property_id")
        )
        category = (
            request.env["pm.fault.category"]
            .sudo()
            .search([("parent_id", "=", False)])
            .filtered(lambda one: str(one.id) == texts.get("category_id"))
        )
        photos = sent_photos()
        if not place:
            return self._form(request.env._("Choose the place of the fault."), texts)
        try:
            with request.env.cr.savepoint():
                order = request.env["maintenance.request"]._report(
                    place,
                    texts.get("text"),
                    channel="portal",
                    category=category,
                    partner=request.env.user.partner_id,
                    photos=photos,
                )
        except UserError as problem:
            return self._form(problem.args[0], texts)
        return request.redirect(f"/my/repairs/{order.id}")

    def _own_order(self, order_id):
        domain = [("id", "=", order_id), *self._own_orders()]
        return self._orders().search(domain, limit=1)

    @http.route("/my/repairs/<int:order_id>", type="http", auth="user", website=True)
    def portal_repair(self, order_id, error=None, **kw):
        order = self._own_order(order_id)
        if not order:
            return request.not_found()
        return self._order_page(order)

    def _order_page(self, order, error=None):
        return request.render(
            "pm_maintenance.portal_repair",
            {
                **self._prepare_portal_layout_values(),
                # the breadcrumbs of purchases take what is called "order" for theirs
                "doc": order,
                "error": error,
                "page_name": "pm_repair_one",
            },
        )

    @http.route(
        "/my/repairs/<int:order_id>/<any(urge,accept,refuse,agree,decline):step>",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_repair_step(self, order_id, step, **post):
        """What a resident may do with an own order, each checked by its step."""
        order = self._own_order(order_id)
        if not order:
            return request.not_found()
        text = post.get("text") if isinstance(post.get("text"), str) else ""
        rating = post.get("rating") if post.get("rating") in list("12345") else None
        name = request.env.user.name[:MAX_NAME]
        try:
            with request.env.cr.savepoint():
                if step == "urge":
                    order._urge()
                elif step == "accept":
                    order._accept_by_customer(
                        name, self._drawn(post), rating, text[:2000]
                    )
                elif step == "refuse":
                    order._check_in_state("done")
                    order._redo(text[:2000])
                elif order.payer not in CHARGED:
                    return request.not_found()
                else:
                    order._quote_answer(
                        step == "agree", name, self._drawn(post), post.get("amount", "")
                    )
        except UserError as problem:
            return self._order_page(order, problem.args[0])
        return request.redirect(f"/my/repairs/{order.id}")

    def _drawn(self, post):
        """A signature drawn on the page, if there is one and it is one."""
        signature = post.get("signature")
        if not isinstance(signature, str) or not signature:
            return None
        signature = signature.partition("base64,")[2] or signature
        if len(signature) > MAX_SIGNATURE:
            raise UserError(request.env._("This signature is too large."))
        try:
            check_drawn(signature)
        except ValueError as error:
            raise UserError(request.env._("This is no drawn signature.")) from error
        return signature
