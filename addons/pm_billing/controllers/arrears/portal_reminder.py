from odoo import http
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal, pager


class ReminderPortal(CustomerPortal):
    """The demands that a customer got, and from there to what is to be paid."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "pm_reminder_count" in counters:
            lines_sudo, domain = self._own_reminders()
            values["pm_reminder_count"] = lines_sudo.search_count(domain)
        return values

    def _own_reminders(self):
        """Return the model with all rights, and the domain of the user's own rows."""
        customers = request.env.user.partner_id._pm_stands_for()
        return request.env["pm.dunning.line"].sudo(), [
            ("partner_id", "in", customers.ids),
            ("state", "=", "sent"),
        ]

    @http.route(
        ["/my/reminders", "/my/reminders/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_reminders(self, page=1, **kwargs):
        lines_sudo, domain = self._own_reminders()
        pages = pager(
            url="/my/reminders",
            total=lines_sudo.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        return request.render(
            "pm_billing.portal_my_reminders",
            {
                **self._prepare_portal_layout_values(),
                "reminders": lines_sudo.search(
                    domain,
                    order="date desc, id desc",
                    limit=self._items_per_page,
                    offset=pages["offset"],
                ),
                "page_name": "pm_reminder",
                "pager": pages,
                "default_url": "/my/reminders",
            },
        )

    @http.route("/my/reminders/<int:line_id>", type="http", auth="user", website=True)
    def portal_my_reminder(self, line_id, **kwargs):
        lines_sudo, domain = self._own_reminders()
        reminder = lines_sudo.search([*domain, ("id", "=", line_id)])
        if not reminder:
            return request.redirect("/my")
        return request.render(
            "pm_billing.portal_my_reminder",
            {
                **self._prepare_portal_layout_values(),
                "reminder": reminder,
                "page_name": "pm_reminder",
            },
        )
