from odoo import fields, http
from odoo.exceptions import UserError, ValidationError
from odoo.http import request

from odoo.addons.pm_maintenance.controllers.orders.fault import sent_photos
from odoo.addons.portal.controllers.portal import CustomerPortal

LONGEST = 2000


class VacancyPortal(CustomerPortal):
    """Residents ask for a reduction while their place stands empty."""

    def _vacancy_values(self, **values):
        partner = request.env.user.partner_id
        holders = partner._pm_stands_for()
        today = fields.Date.context_today(request.env.user)
        places = (
            request.env["pm.occupancy"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", holders.ids),
                    ("role", "in", ("owner", "developer")),
                    *request.env["pm.occupancy"]._domain_on(today),
                ]
            )
            .property_id
        )
        vacancies = (
            request.env["pm.vacancy"].sudo().search([("partner_id", "in", holders.ids)])
        )
        return {
            **self._prepare_portal_layout_values(),
            "page_name": "pm_vacancy",
            "places": places,
            "vacancies": vacancies,
            "entered": {},
            "problem": "",
            **values,
        }

    @http.route("/my/vacancy", type="http", auth="user", methods=["GET"], website=True)
    def pm_vacancies(self, **kw):
        return request.render("pm_billing.portal_my_vacancy", self._vacancy_values())

    @http.route(
        "/my/vacancy/ask", type="http", auth="user", methods=["POST"], website=True
    )
    def pm_vacancy_ask(self, place="", date_from="", date_to="", reason="", **kw):
        values = self._vacancy_values()
        entered = {"date_from": date_from, "date_to": date_to, "reason": reason}
        chosen = values["places"].filtered(lambda row: str(row.id) == place)
        try:
            days = self._vacancy_days(date_from, date_to)
            if not chosen or not reason.strip():
                raise UserError(request.env._("Choose the place and say why."))
            with request.env.cr.savepoint():
                request.env["pm.vacancy"]._apply(
                    chosen,
                    request.env.user.partner_id,
                    {**days, "reason": reason.strip()[:LONGEST]},
                    sent_photos(),
                )
                request.env.flush_all()
        except (UserError, ValidationError) as error:
            return request.render(
                "pm_billing.portal_my_vacancy",
                {**values, "entered": entered, "problem": error.args[0]},
            )
        return request.redirect("/my/vacancy")

    def _vacancy_days(self, date_from, date_to):
        try:
            first, last = map(fields.Date.to_date, (date_from, date_to))
        except ValueError:
            first = last = None
        if not first or not last or last < first:
            raise UserError(request.env._("Enter the first and the last day."))
        return {"date_from": first, "date_to": last}
