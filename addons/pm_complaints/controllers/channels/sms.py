import logging

from odoo import http
from odoo.http import request

from ...models.channels.pm_sms_gateway import LIMIT, SmsRefused

_logger = logging.getLogger(__name__)


class SmsHook(http.Controller):
    """The address that an SMS gateway calls for each message that somebody sent.

    Whoever calls an address that is none, or cannot prove itself, gets the same empty
    refusal.
    """

    @http.route(
        "/pm/sms/<string:token>",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        csrf=False,
        save_session=False,
        sitemap=False,
    )
    def sms(self, token, **query):
        try:
            answer = self._sms_gateway(token)._receive(
                self._sms_body(), query, request.httprequest.headers
            )
        except SmsRefused as reason:
            _logger.warning("Address for SMS: %s", reason)
            return request.make_response("", status=reason.status)
        return request.make_response(
            answer,
            [
                ("Content-Type", "text/plain; charset=utf-8"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )

    def _sms_gateway(self, token):
        gateways_sudo = request.env["pm.sms.gateway"].sudo()
        found = gateways_sudo.search([("in_token", "=", token)], limit=1)
        if not found:
            raise SmsRefused("no such gateway", 403)
        return found.with_company(found.company_id)

    def _sms_body(self):
        if (request.httprequest.content_length or 0) > LIMIT:
            raise SmsRefused("too long", 413)
        return request.httprequest.get_data(cache=True)
