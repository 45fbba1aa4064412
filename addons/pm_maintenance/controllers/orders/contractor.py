from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.pm_core.engine.cells import CellError, to_decimal
from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from ...models.orders.maintenance_request_quote import CHARGED
from .fault import sent_photos

# of the body of a report from a phone, words beside
MAX_TEXT = 2000
STEPS = (
    "accept",
    "refuse",
    "travel",
    "arrive",
    "pause",
    "resume",
    "photo",
    "paper",
    "checks",
    "reading",
    "hours",
    "quote_line",
    "quote_clear",
    "quote_send",
    "permit",
    "permit_close",
    "done",
)


class ContractorPortal(CustomerPortal):
    """Orders of a contractor, for its people on their phones.

    Which orders are theirs is asked here each time; the steps themselves check the
    state of the order and leave who took them. Name and phone of the customer are
    shown only as long as there is a reason to come.
    """

    _orders_per_page = 20

    def _prepare_portal_layout_values(self):
        values = super()._prepare_portal_layout_values()
        values["pm_is_contractor"] = self._is_contractor()
        return values

    def _is_contractor(self):
        """Whether the person belongs to a firm that has, or had, orders of ours."""
        firms = request.env.user.partner_id._pm_stands_for()
        contracts = request.env["pm.contract"].sudo()
        return bool(
            contracts.search_count(
                [("partner_id", "in", firms.ids), ("kind", "=", "supplier")], limit=1
            )
            or self._requests().search_count(self._given(), limit=1)
        )

    def _requests(self):
        return request.env["maintenance.request"].sudo()

    def _given(self):
        return self._requests()._domain_of_contractor(request.env.user.partner_id)

    def _given_order(self, order_id):
        return self._requests().search([("id", "=", order_id), *self._given()], limit=1)

    @http.route(
        ["/my/work-orders", "/my/work-orders/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_orders(self, page=1, **kw):
        orders, domain = self._requests(), self._given()
        pages = pager(
            url="/my/work-orders",
            total=orders.search_count(domain),
            page=page,
            step=self._orders_per_page,
        )
        # what is to be done stands first, the most urgent before all
        found = orders.search(
            domain,
            order="done_at desc nulls first, urgency_rank, id",
            limit=self._orders_per_page,
            offset=pages["offset"],
        )
        return request.render(
            "pm_maintenance.portal_contractor_orders",
            {
                **self._prepare_portal_layout_values(),
                "orders": found,
                "pager": pages,
                "page_name": "pm_order",
                "default_url": "/my/work-orders",
            },
        )

    @http.route(
        "/my/work-orders/<int:order_id>", type="http", auth="user", website=True
    )
    def portal_order(self, order_id, **kw):
        order = self._given_order(order_id)
        if not order:
            return request.not_found()
        return self._contractor_page(order)

    def _contractor_page(self, order, error=None):
        reasons = request.env["pm.pause.reason"].sudo().search([])
        category = order.fault_category_id
        page = request.render(
            "pm_maintenance.portal_contractor_order",
            {
                **self._prepare_portal_layout_values(),
                # the breadcrumbs of purchases take what is called "order" for theirs
                "doc": order,
                "error": error,
                "reasons": reasons,
                "prices": self._prices(order),
                "codes": {
                    kind: order._codes_for(kind, category)
                    for kind in ("problem", "cause", "remedy")
                },
                "permit_kinds": self._permit_kinds(order),
                "page_name": "pm_order_one",
            },
        )
        if error:
            page.status_code = 400
        return page

    def _permit_kinds(self, order):
        """(kind, name) of permits, the one that the category asks for first."""
        permits = request.env["pm.order.permit"].sudo()
        kinds = permits._fields["kind"]._description_selection(request.env)
        return sorted(kinds, key=lambda kind: kind[0] != order.permit_needed)

    def _prices(self, order):
        prices = request.env["pm.order.price"].sudo()
        if order.payer not in CHARGED:
            return prices
        return prices.search(
            [
                ("company_id", "=", order.company_id.id),
                ("estate_ids", "in", [False, order.estate_id.id]),
                ("category_id", "in", [False, order.fault_category_id.id]),
            ]
        )

    @http.route(
        "/my/work-orders/<int:order_id>/photo/<int:photo_id>",
        type="http",
        auth="user",
        website=True,
    )
    def portal_order_photo(self, order_id, photo_id, **kw):
        """A photo of an order that is theirs, and nothing else of the archive."""
        order = self._given_order(order_id)
        photos = order.photo_before_ids | order.photo_after_ids
        photo = photos.filtered(lambda one: one.id == photo_id)
        # a drawing may carry a script
        is_picture = (photo.mimetype or "").startswith("image/")
        if not is_picture or "svg" in photo.mimetype:
            return request.not_found()
        stream = request.env["ir.binary"]._get_stream_from(photo)
        return stream.get_response(as_attachment=False)

    @http.route(
        f"/my/work-orders/<int:order_id>/<any({','.join(STEPS)}):step>",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_order_step(self, order_id, step, **post):
        """What a contractor may do with an order that is theirs."""
        order = self._given_order(order_id)
        if not order:
            return request.not_found()
        texts = {
            name: value.strip()[:MAX_TEXT] if isinstance(value, str) else ""
            for name, value in post.items()
        }
        try:
            with request.env.cr.savepoint():
                self._take_contractor_step(order, step, texts)
        except UserError as problem:
            return self._contractor_page(order, problem.args[0])
        # given back, it is not theirs any more
        back = "/my/work-orders" if step == "refuse" else f"/my/work-orders/{order.id}"
        return request.redirect(back)

    def _take_contractor_step(self, order, step, texts):
        if step == "refuse":
            order.action_refuse(texts.get("reason"))
        elif step == "pause":
            order.action_pause(self._number(texts, "reason_id"))
        elif step == "arrive":
            order.action_arrive(texts.get("latitude"), texts.get("longitude"))
        elif step in ("photo", "paper"):
            self._add_files(order, step, texts)
        elif step == "checks":
            order._answer_checks(texts)
        elif step == "reading":
            order._add_reading(texts.get("kind"), self._decimal(texts, "value"))
        elif step == "hours":
            order._add_hours(texts.get("name"), self._decimal(texts, "hours"))
        elif step in ("quote_line", "quote_clear", "quote_send"):
            self._take_quote_step(order, step, texts)
        elif step == "done":
            self._finish(order, texts)
        elif step in ("permit", "permit_close"):
            self._take_permit_step(order, step, texts)
        else:
            getattr(order, f"action_{step}")()

    def _take_quote_step(self, order, step, texts):
        if step == "quote_clear":
            order._clear_quote()
        elif step == "quote_send":
            order.action_quote_ask()
        else:
            order._add_quote_line(
                self._prices(order).filtered(
                    lambda price: price.id == self._number(texts, "price_id")
                ),
                texts.get("name"),
                self._decimal(texts, "quantity"),
                self._decimal(texts, "price"),
            )

    def _add_files(self, order, step, texts):
        if step == "photo":
            order._add_photos_of(texts.get("moment"), sent_photos())
        else:
            order._add_papers(sent_photos("papers"))

    def _take_permit_step(self, order, step, texts):
        """Asked for, and closed, by who does the work; the company issues it."""
        if step == "permit_close":
            order._close_permit(self._number(texts, "permit_id"))
            return
        order._ask_permit(
            texts.get("kind"),
            texts.get("measures"),
            texts.get("begin"),
            self._decimal(texts, "hours"),
        )

    def _finish(self, order, texts):
        photos = sent_photos()
        if photos:
            order._add_photos_of("after", photos)
        values = {"result": texts.get("result") or order.result}
        for kind in ("problem", "cause", "remedy"):
            code = order._codes_for(kind, order.fault_category_id).filtered(
                lambda one, kind=kind: one.id == self._number(texts, f"{kind}_id")
            )
            if code:
                values[f"{kind}_id"] = code.id
        order._as_step().write(values)
        order.action_done()

    @staticmethod
    def _number(texts, name):
        text = texts.get(name) or ""
        return int(text) if text.isascii() and text.isdigit() else 0

    @staticmethod
    def _decimal(texts, name):
        """What people type for a number: a comma parts thousands, nothing is nothing.

        :raises UserError: no number, or a comma that may be a point
        """
        text = texts.get(name) or "0"
        try:
            number = to_decimal(text)
        except CellError as error:
            if error.code == "decimal_comma":
                raise UserError(
                    request.env._(
                        "Is “%(text)s” %(hint)s? Write it with a point.",
                        text=text,
                        hint=error.hint,
                    )
                ) from error
            number = -1
        if not 0 <= number < 1e9:
            raise UserError(request.env._("%s is no number that fits here.", text))
        return float(number)
