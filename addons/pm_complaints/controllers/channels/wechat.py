import logging

from odoo import http
from odoo.http import request

from odoo.addons.pm_core.tools.wechat_messages import LIMIT, WechatRefused

_logger = logging.getLogger(__name__)

# of an account, what a message is opened with
OPENS = ["company_id", "app_id", "callback_token", "callback_key"]


class WechatHook(http.Controller):
    """The address that WeChat calls: once to check it, then for each message.

    Whoever calls without the account's signature, for an account that is none, or with
    something that is no message, gets the same empty refusal.
    """

    @http.route(
        "/pm/wechat/<string:account>",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        csrf=False,
        save_session=False,
        sitemap=False,
    )
    def wechat(self, account, echostr="", **query):
        try:
            found = self._wechat_account(account)
            if request.httprequest.method == "GET":
                found._envelope().check(
                    query.get("signature"), query.get("timestamp"), query.get("nonce")
                )
                answer = echostr
            else:
                answer = found._receive(self._wechat_body(), query)
        except WechatRefused as reason:
            _logger.warning("WeChat's address, account %.20r: %s", account, reason)
            return request.make_response("", status=403)
        response = request.make_response(answer)
        # what was asked is sent back: as text, never as a page
        response.headers["Content-Type"] = "text/plain; charset=utf-8"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    def _wechat_account(self, account):
        accounts_sudo = request.env["pm.wechat.account"].sudo()
        if account.isascii() and account.isdigit() and len(account) < 10:
            # one question for all that opens a message: WeChat waits
            found = accounts_sudo.search_fetch([("id", "=", int(account))], OPENS)
            if found:
                return found.with_company(found.company_id)
        raise WechatRefused("no such account")

    def _wechat_body(self):
        # before it is read: a body of any size may be announced
        if (request.httprequest.content_length or 0) > LIMIT:
            raise WechatRefused("too long")
        # kept, as Odoo begins anew where two calls collide: it can be read once only
        return request.httprequest.get_data(cache=True)
