from odoo import fields, http
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal, pager


class PropertyPortal(CustomerPortal):
    """What a resident holds, and held: by the dates of the own occupancies alone.

    Residents have no right on the register. They see their own rows; of a
    property they see what describes it, and its figures only while they hold it.
    """

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "pm_property_count" in counters:
            occupancies_sudo, domain = self._own_occupancies()
            values["pm_property_count"] = occupancies_sudo.search_count(
                [*domain, ("is_current", "=", True)]
            )
        return values

    def _own_occupancies(self):
        """Return the model with all rights, and the domain of the user's own rows."""
        customers = request.env.user.partner_id._pm_stands_for()
        return request.env["pm.occupancy"].sudo(), [("partner_id", "in", customers.ids)]

    @http.route(
        ["/my/properties", "/my/properties/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_properties(self, page=1, **kwargs):
        occupancies_sudo, domain = self._own_occupancies()
        pages = pager(
            url="/my/properties",
            total=occupancies_sudo.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        return request.render(
            "pm_core.portal_my_properties",
            {
                **self._prepare_portal_layout_values(),
                # what goes on stands first, then what ended last
                "occupancies": occupancies_sudo.search(
                    domain,
                    order="date_to desc nulls first, date_from desc, id desc",
                    limit=self._items_per_page,
                    offset=pages["offset"],
                ),
                "today": fields.Date.context_today(occupancies_sudo),
                "page_name": "pm_property",
                "pager": pages,
                "default_url": "/my/properties",
            },
        )
