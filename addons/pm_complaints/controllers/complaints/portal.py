from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.pm_core.tools.forms import plain
from odoo.addons.pm_maintenance.controllers.orders.fault import sent_photos
from odoo.addons.pm_maintenance.controllers.orders.portal import OrderPortal
from odoo.addons.portal.controllers.portal import pager

from ...models.complaints.pm_complaint import OPEN
from .case import check_lengths, shown_again, take_customer_step


class ComplaintPortal(OrderPortal):
    """Residents complain and follow it; all they see is chosen here."""

    _complaints_per_page = 20

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "pm_complaint_count" in counters:
            values["pm_complaint_count"] = self._complaints().search_count(
                self._own_complaints()
            )
        return values

    def _complaints(self):
        return request.env["pm.complaint"].sudo()

    def _own_complaints(self):
        """What this person reported: a neighbour in the flat sees the own."""
        return [("partner_id", "=", request.env.user.partner_id.id)]

    @http.route(
        ["/my/complaints", "/my/complaints/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_complaints(self, page=1, **kw):
        domain = self._own_complaints()
        pages = pager(
            url="/my/complaints",
            total=self._complaints().search_count(domain),
            page=page,
            step=self._complaints_per_page,
        )
        return request.render(
            "pm_complaints.portal_my_complaints",
            {
                **self._prepare_portal_layout_values(),
                "complaints": self._complaints().search(
                    domain,
                    order="id desc",
                    limit=self._complaints_per_page,
                    offset=pages["offset"],
                ),
                "pager": pages,
                "page_name": "pm_complaint",
                "default_url": "/my/complaints",
            },
        )

    @http.route("/my/complaints/new", type="http", auth="user", website=True)
    def portal_complaint_new(self, **kw):
        return self._complaint_form()

    def _complaint_form(self, error=None, values=None):
        return request.render(
            "pm_complaints.portal_complaint_new",
            {
                **self._prepare_portal_layout_values(),
                "places": self._own_places(),
                "categories": self._complaint_categories(),
                "kinds": self._complaints()
                ._fields["kind"]
                ._description_selection(request.env),
                "error": error,
                "values": values or {},
                "page_name": "pm_complaint",
            },
        )

    def _complaint_categories(self):
        return (
            request.env["pm.complaint.category"]
            .sudo()
            .search([("parent_id", "=", False)], order="id")
        )

    @http.route(
        "/my/complaints/send", type="http", auth="user", methods=["POST"], website=True
    )
    def portal_complaint_send(self, **post):
        texts = plain(post)
        place = self._own_places().filtered(
            lambda one: str(one.id) == texts.get("property_id")
        )
        if not place:
            return self._complaint_form(
                request.env._("Choose the place that it is about."),
                shown_again(texts),
            )
        try:
            with request.env.cr.savepoint():
                check_lengths(texts)
                complaint = request.env["pm.complaint"]._report(
                    place,
                    texts.get("text"),
                    kind=texts.get("kind") or "complaint",
                    channel="portal",
                    category=self._complaint_categories().filtered(
                        lambda one: str(one.id) == texts.get("category_id")
                    ),
                    partner=request.env.user.partner_id,
                    remedy=texts.get("remedy") or None,
                    photos=sent_photos(),
                )
                complaint._agree_on_page(bool(texts.get("may_show")))
        except UserError as problem:
            return self._complaint_form(problem.args[0], shown_again(texts))
        return request.redirect(f"/my/complaints/{complaint.id}")

    def _own_complaint(self, complaint_id):
        domain = [("id", "=", complaint_id), *self._own_complaints()]
        return self._complaints().search(domain, limit=1)

    @http.route(
        "/my/complaints/<int:complaint_id>", type="http", auth="user", website=True
    )
    def portal_complaint(self, complaint_id, **kw):
        complaint = self._own_complaint(complaint_id)
        return self._complaint_page(complaint) if complaint else request.not_found()

    def _complaint_page(self, complaint, error=None):
        return request.render(
            "pm_complaints.portal_complaint",
            {
                **self._prepare_portal_layout_values(),
                "doc": complaint,
                "error": error,
                "is_open": complaint.state in OPEN,
                "verdicts": dict(
                    complaint._fields["verdict"]._description_selection(request.env)
                ),
                "page_name": "pm_complaint_one",
            },
        )

    @http.route(
        "/my/complaints/<int:complaint_id>/"
        "<any(add,urge,withdraw,verdict,object):step>",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_complaint_step(self, complaint_id, step, **post):
        complaint = self._own_complaint(complaint_id)
        if not complaint:
            return request.not_found()
        try:
            with request.env.cr.savepoint():
                going = take_customer_step(complaint, step, plain(post))
        except UserError as problem:
            return self._complaint_page(complaint, problem.args[0])
        if going != complaint and going.partner_id != request.env.user.partner_id:
            # merged into the case of somebody else
            going = complaint
        return request.redirect(f"/my/complaints/{going.id}")
