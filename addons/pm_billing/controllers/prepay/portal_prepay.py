from odoo import http
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal


class PrepayPortal(CustomerPortal):
    """Residents see which months they have paid ahead, and what is left of it."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "pm_prepay_count" in counters:
            values["pm_prepay_count"] = len(self._own_prepaid())
        return values

    def _own_prepaid(self):
        persons = request.env.user.partner_id._pm_stands_for()
        return (
            request.env["pm.prepay"]
            .sudo()
            .search([("partner_id", "in", persons.ids), ("state", "!=", "cancelled")])
        )

    @http.route("/my/prepaid", type="http", auth="user", methods=["GET"], website=True)
    def pm_prepaid_months(self, **kw):
        persons = request.env.user.partner_id._pm_stands_for()
        return request.render(
            "pm_billing.portal_my_prepaid",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "pm_prepaid",
                "prepaid": self._own_prepaid(),
                "balance": sum(persons.sudo().mapped("pm_prepaid")),
                "currency": request.env.company.currency_id,
            },
        )
