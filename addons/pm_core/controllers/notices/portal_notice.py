from odoo import fields, http
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal, pager


class NoticePortal(CustomerPortal):
    """Notices as residents read them: in the portal, or by the link they were sent."""

    _notices_per_page = 20

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "notice_count" in counters:
            recipients_sudo, domain = self._notice_recipients()
            values["notice_count"] = recipients_sudo.search_count(domain)
        return values

    def _notice_recipients(self):
        """Return the model with all rights, and the domain of what the user may see."""
        recipients_sudo = request.env["pm.notice.recipient"].sudo()
        return recipients_sudo, recipients_sudo._of_user(request.env.user)

    def _notice_filters(self):
        """Return what can be chosen above the list: the current ones come first."""
        over = Domain("notice_id.expires_at", "<=", fields.Datetime.now())
        return {
            "current": {"label": request.env._("Current"), "domain": ~over},
            "earlier": {"label": request.env._("Earlier"), "domain": over},
        }

    @http.route(
        ["/my/notices", "/my/notices/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_notices(self, page=1, filterby="current", **kwargs):
        recipients_sudo, domain = self._notice_recipients()
        filters = self._notice_filters()
        filterby = filterby if filterby in filters else "current"
        counts = {
            name: recipients_sudo.search_count(domain & one["domain"])
            for name, one in filters.items()
        }
        domain &= filters[filterby]["domain"]
        pages = pager(
            url="/my/notices",
            url_args={"filterby": filterby},
            total=counts[filterby],
            page=page,
            step=self._notices_per_page,
        )
        values = self._prepare_portal_layout_values()
        values.update(
            recipients=recipients_sudo.search(
                domain,
                order="notice_id, id",
                limit=self._notices_per_page,
                offset=pages["offset"],
            ),
            page_name="notice",
            pager=pages,
            filters=filters,
            filterby=filterby,
            counts=counts,
            default_url="/my/notices",
        )
        return request.render("pm_core.portal_my_notices", values)

    @http.route("/my/notices/<int:notice_id>", type="http", auth="user", website=True)
    def portal_my_notice(self, notice_id, **kwargs):
        recipients_sudo, domain = self._notice_recipients()
        recipient_sudo = recipients_sudo.search(
            domain & Domain("notice_id", "=", notice_id), limit=1
        )
        if not recipient_sudo:
            return request.redirect("/my/notices")
        return self._show_notice(recipient_sudo)

    @http.route("/notice/<string:token>", type="http", auth="public", website=True)
    def notice_by_link(self, token, **kwargs):
        """The link that was sent; whoever holds it is taken for the recipient."""
        recipient_sudo = (
            request.env["pm.notice.recipient"]
            .sudo()
            .search(
                [("access_token", "=", token), ("notice_id.state", "=", "published")]
            )
        )
        if not recipient_sudo:
            raise request.not_found()
        return self._show_notice(recipient_sudo)

    def _show_notice(self, recipient_sudo):
        recipient_sudo._mark_read()
        notice_sudo = recipient_sudo.notice_id
        notice_sudo.attachment_ids.generate_access_token()
        return request.render(
            "pm_core.portal_notice",
            {
                "notice": notice_sudo,
                "recipient": recipient_sudo,
                "page_name": "notice",
                "object": notice_sudo,
            },
        )
