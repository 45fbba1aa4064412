from odoo import http
from odoo.exceptions import UserError, ValidationError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

KINDS = ("let", "monthly", "sold")


class ParkingPortal(CustomerPortal):
    """Residents see their spaces, wait for one, and answer an offer."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "pm_parking_count" in counters:
            values["pm_parking_count"] = len(self._parking_lets())
        return values

    def _parking_persons(self):
        return request.env.user.partner_id._pm_stands_for()

    def _parking_lets(self):
        return (
            request.env["pm.parking.let"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", self._parking_persons().ids),
                    ("state", "=", "running"),
                ]
            )
        )

    def _parking_requests(self):
        return (
            request.env["pm.parking.request"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", self._parking_persons().ids),
                    ("state", "in", ("waiting", "offered")),
                ]
            )
        )

    def _parking_held(self):
        return (
            request.env["pm.occupancy"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", self._parking_persons().ids),
                    ("is_current", "=", True),
                ]
            )
        )

    def _parking_places(self):
        """Car parks of the estates where the person holds something; the estate
        itself where there is none."""
        estates = self._parking_held().estate_id
        lots = (
            request.env["pm.property"]
            .sudo()
            .search([("kind", "=", "parking_lot"), ("estate_id", "in", estates.ids)])
        )
        return lots | (estates - lots.estate_id)

    def _parking_page(self, problem=""):
        page = request.render(
            "pm_billing.portal_my_parking",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "pm_parking",
                "lets": self._parking_lets(),
                "requests": self._parking_requests(),
                "places": self._parking_places(),
                "kinds": [
                    (key, label)
                    for key, label in request.env["pm.parking.request"]
                    ._fields["kind"]
                    ._description_selection(request.env)
                    if key in KINDS
                ],
                "problem": problem,
            },
        )
        page.status_code = 400 if problem else 200
        return page

    @http.route("/my/parking", type="http", auth="user", methods=["GET"], website=True)
    def pm_parking(self, **kw):
        return self._parking_page()

    @http.route(
        "/my/parking/wait", type="http", auth="user", methods=["POST"], website=True
    )
    def pm_parking_wait(self, place="", kind="", note="", **kw):
        """Ask for a space; who waits already is told so by the database."""
        chosen = self._parking_places().filtered(lambda row: str(row.id) == place)
        if not chosen or kind not in KINDS:
            return self._parking_page(request.env._("Choose the place and the kind."))
        holder = self._parking_held().filtered(
            lambda row: row.estate_id == chosen.estate_id
        )
        partner = request.env.user.partner_id.sudo()
        if partner not in holder.partner_id:
            partner = holder.partner_id[:1]
        if self._parking_requests().filtered(
            lambda row: row.property_id == chosen and row.kind == kind
        ):
            return self._parking_page(
                request.env._("You wait for such a space already.")
            )
        request.env["pm.parking.request"].sudo()._as_step().create(
            {
                "property_id": chosen.id,
                "partner_id": partner.id,
                "kind": kind,
                "date": chosen.estate_id._today(),
                "note": note.strip()[:200],
            }
        )
        return request.redirect("/my/parking")

    @http.route(
        "/my/parking/<int:request_id>/<any(accept,decline,cancel):step>",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def pm_parking_answer(self, request_id, step, **post):
        """What a resident answers an offer, or waits no more."""
        waiting = self._parking_requests().filtered(lambda row: row.id == request_id)
        if not waiting:
            return request.not_found()
        try:
            with request.env.cr.savepoint():
                if step == "accept":
                    waiting._accept()
                elif waiting.state == "offered":
                    waiting._decline("declined" if step == "decline" else "cancelled")
                else:
                    waiting._as_step().state = "cancelled"
                request.env.flush_all()
        except (UserError, ValidationError) as error:
            return self._parking_page(error.args[0])
        return request.redirect("/my/parking")
