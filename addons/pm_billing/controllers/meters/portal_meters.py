import base64

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.pm_maintenance.controllers.orders.fault import sent_photos
from odoo.addons.portal.controllers.portal import CustomerPortal

# as many as a chart on a phone has room for
SHOWN = 12


class MeterPortal(CustomerPortal):
    """Residents see the meters of what they hold, and send what these show."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "pm_meter_count" in counters:
            values["pm_meter_count"] = len(self._own_meters())
        return values

    def _own_meters(self):
        customers = request.env.user.partner_id._pm_stands_for()
        return request.env["pm.meter"]._held_by(customers)

    @http.route("/my/meters", type="http", auth="user", website=True)
    def portal_my_meters(self, **kw):
        return self._meters_page()

    def _meters_page(self, error=None, at=None):
        rows = []
        for meter, since in self._own_meters().items():
            readings = meter.reading_ids.filtered(
                lambda reading, since=since: (
                    reading.date >= since and reading.state in ("good", "held")
                )
            )[:SHOWN]
            used = readings.filtered(
                lambda reading: reading.state == "good" and not reading.is_opening
            )
            most = max(used.mapped("quantity"), default=0)
            rows.append(
                {
                    "meter": meter,
                    "readings": readings,
                    "bars": [
                        (reading, round(100 * reading.quantity / most) if most else 0)
                        for reading in used.sorted("date")
                    ],
                    "error": error if meter == at else None,
                }
            )
        return request.render(
            "pm_billing.portal_my_meters",
            {
                **self._prepare_portal_layout_values(),
                "rows": rows,
                "page_name": "pm_meter",
            },
        )

    @http.route(
        "/my/meters/<int:meter_id>/send",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_meter_send(self, meter_id, **post):
        meter = next(
            (
                meter
                for meter in self._own_meters()
                if meter.id == meter_id and not meter.date_removed
            ),
            None,
        )
        if not meter:
            return request.not_found()
        photos = sent_photos()
        photo = base64.b64encode(photos[0][1]) if photos else None
        try:
            with request.env.cr.savepoint():
                meter._receive_of_resident(request.env.user.partner_id, post, photo)
        except UserError as problem:
            return self._meters_page(problem.args[0], meter)
        return request.redirect("/my/meters")
