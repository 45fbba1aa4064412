import logging
import secrets
from datetime import timedelta

from odoo import fields, http
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal

from ...tools import wechat
from ...tools.qr import data_url
from ...tools.secret import same_secret

SESSION_KEY = "pm_wechat_bind"
# how long somebody may take between our page and WeChat's answer
PATIENCE = timedelta(minutes=10)

_logger = logging.getLogger(__name__)


class WechatPortal(CustomerPortal):
    """Residents bind their WeChat, so that notices reach them there.

    A signed link says which customer it is, in the portal or shown at the counter.
    Opened in WeChat it asks whether this is the customer: what is written by this
    WeChat counts as theirs from then on, and the link may have been sent on. Then it
    asks WeChat who is there (``snsapi_base``: no profile, no question) and keeps the
    answer. The state that goes to WeChat and back is kept
    in the session, so that nobody can be sent here with the answer of another.
    """

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "wechat_count" in counters:
            values["wechat_count"] = len(self._wechat_accounts())
        return values

    def _wechat_accounts(self):
        """Return the accounts of the companies that manage for the user."""
        companies = request.env.user.partner_id._pm_stands_for()._pm_companies()
        accounts_sudo = request.env["pm.wechat.account"].sudo()
        return accounts_sudo.search([("company_id", "in", companies.ids)])

    @http.route("/my/wechat", type="http", auth="user", website=True)
    def portal_my_wechat(self, **kwargs):
        partner_sudo = request.env.user.partner_id.sudo()
        accounts = [
            {
                "account": account_sudo,
                "bound": bool(
                    partner_sudo.with_company(account_sudo.company_id).pm_wechat_openid
                ),
                "link": (link := partner_sudo._pm_wechat_link(account_sudo.company_id)),
                "picture": data_url(link),
            }
            for account_sudo in self._wechat_accounts()
        ]
        return request.render(
            "pm_core.portal_my_wechat",
            {
                **self._prepare_portal_layout_values(),
                "accounts": accounts,
                "in_wechat": self._in_wechat(),
                "page_name": "pm_wechat",
            },
        )

    @http.route(
        "/my/wechat/<int:account_id>/forget",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_forget_wechat(self, account_id, **kwargs):
        account_sudo = self._wechat_accounts().filtered(
            lambda account: account.id == account_id
        )
        if account_sudo:
            partner_sudo = request.env.user.partner_id.sudo()
            partner_sudo.with_company(account_sudo.company_id).pm_wechat_openid = False
        return request.redirect("/my/wechat")

    @http.route(
        "/wechat/bind/<string:token>",
        type="http",
        auth="public",
        methods=["GET", "POST"],
        website=True,
    )
    def wechat_bind(self, token, **kwargs):
        """In WeChat: ask first, then who is there. Elsewhere: the code to scan."""
        found = request.env["res.partner"]._pm_of_wechat_token(token)
        if not found:
            return self._wechat_page("over")
        partner_sudo, account_sudo = found
        if not self._in_wechat():
            return self._wechat_page(
                "scan",
                account=account_sudo,
                customer=partner_sudo,
                link=(link := f"{partner_sudo.get_base_url()}/wechat/bind/{token}"),
                picture=data_url(link),
            )
        if request.httprequest.method != "POST":
            return self._wechat_page(
                "ask", account=account_sudo, customer=self._masked_name(partner_sudo)
            )
        state = secrets.token_urlsafe(24)
        request.session[SESSION_KEY] = {
            "state": state,
            "token": token,
            "until": fields.Datetime.to_string(fields.Datetime.now() + PATIENCE),
        }
        back = f"{account_sudo.get_base_url()}/wechat/bound"
        return request.redirect(
            wechat.authorize_url(
                account_sudo.app_id, back, state, account_sudo.authorize_base
            ),
            local=False,
        )

    @http.route("/wechat/bound", type="http", auth="public", website=True)
    def wechat_bound(self, code="", state="", **kwargs):
        """WeChat's answer: keep who it is, if we asked."""
        asked = request.session.pop(SESSION_KEY, None)
        now = fields.Datetime.to_string(fields.Datetime.now())
        if (
            not asked
            or not code
            or not same_secret(asked["state"], state)
            or asked["until"] < now
        ):
            return self._wechat_page("over")
        found = request.env["res.partner"]._pm_of_wechat_token(asked["token"])
        if not found:
            return self._wechat_page("over")
        partner_sudo, account_sudo = found
        try:
            openid = account_sudo._client().fetch_openid(code)
        except wechat.WechatError as error:
            _logger.warning("binding WeChat of customer %s: %s", partner_sudo.id, error)
            return self._wechat_page("failed", account=account_sudo)
        partner_sudo._pm_bind_wechat(account_sudo, openid)
        return self._wechat_page("bound", account=account_sudo, customer=partner_sudo)

    def _masked_name(self, partner_sudo):
        """Return a name that its owner knows, for who may have the link of another."""
        return f"{(partner_sudo.name or '')[:1]}***"

    def _in_wechat(self):
        return "MicroMessenger" in (request.httprequest.user_agent.string or "")

    def _wechat_page(self, step, **values):
        response = request.render("pm_core.wechat_bind", {"step": step, **values})
        # the address has the link of a customer in it
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        return response
